"""The stages at which inputs are rejected, and the kinds of the ledger that count them."""

from collections.abc import Mapping

from newsbeam.transforms.core.errors import REASONS

#: Stage → kind of the ledger, in the order of the stages.
KIND_OF_STAGE = {
    "poll": "poll_failed",
    "read": "invalid",
    "fetch": "failed",
    "extract": "rejected",
    "step": "rejected",
}
#: The kinds of the ledger that count rejects.
REJECT_KINDS = tuple(dict.fromkeys(KIND_OF_STAGE.values()))
#: Kinds that say that something was right with an input.
_GOOD_KINDS = (
    *("not_modified", "seen_before", "written", "exact_duplicate", "near_duplicate"),
    *("unchanged", "forgotten"),
)
_STAGE_OF_KIND = {"poll_failed": "poll", "invalid": "read", "failed": "fetch"}
#: What a user's own step that fails is rejected for; other reasons of steps are the user's own.
STEP_FAILED = "step_failed"


def stage_of(kind: str, reason: str) -> str | None:
    """Return the stage that rejected what the ledger counts so; None of what is no reject."""
    if kind == "rejected":
        return "step" if reason == STEP_FAILED or reason not in REASONS else "extract"
    return _STAGE_OF_KIND.get(kind)


def all_failed(counts: Mapping[tuple[str, str], int]) -> bool:
    """Return whether there were inputs, by kind and reason, and every one of them failed.

    What is held back until its embargo ends has not.
    """
    kinds = {kind for (kind, _), count in counts.items() if count}
    held = any(reason == "embargoed" and count for (_, reason), count in counts.items())
    return bool(kinds.intersection(REJECT_KINDS)) and not held and kinds.isdisjoint(_GOOD_KINDS)
