"""Run a job as passes, each of which commits, until every source has been read."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from newsbeam.pipelines.engine import Engine, spare_pandas
from newsbeam.pipelines.tables import check_tables, update_tables
from newsbeam.transforms.core.context import PassContext, new_unit
from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.garbage import give_back, keep_heap_whole
from newsbeam.transforms.core.identity import digest
from newsbeam.transforms.core.ledger import Ledger, Tally, imbalances, total
from newsbeam.transforms.core.own_steps import load_steps
from newsbeam.transforms.core.records import Poll, Source
from newsbeam.transforms.core.settings import Config
from newsbeam.transforms.core.stages import all_failed, stage_of
from newsbeam.transforms.dataset.extracted import drop_extracted
from newsbeam.transforms.dataset.log import Commit, head, read_commits
from newsbeam.transforms.dataset.polls import last_polls
from newsbeam.transforms.dataset.recovery import recover
from newsbeam.transforms.dataset.writer import to_ledger
from newsbeam.transforms.sources.plan import Pass, is_web, next_pass


@dataclass
class Outcome:
    """What a job did: its commits and what their ledgers add up to."""

    root: str
    engine: str
    commits: list[Commit] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def ledger(self) -> Ledger:
        """Return the tallies of all commits together."""
        ledger: Ledger = {}
        for commit in self.commits:
            for key, tally in to_ledger(commit.ledger).items():
                ledger[key] = ledger.get(key, Tally()) + tally
        return ledger

    def count(self, kind: str) -> int:
        """Return how many ids the ledger has under ``kind``."""
        return total(self.ledger, kind).count

    @property
    def engines(self) -> str:
        """Return what ran the passes; one that has not much to do may run otherwise."""
        ran = dict.fromkeys(commit.info.get("engine", self.engine) for commit in self.commits)
        return "; ".join(ran) or self.engine

    @property
    def faults(self) -> tuple[str, ...]:
        """Return a sentence for each equation of a ledger that does not hold."""
        return tuple(
            f"Commit {commit.number}: {fault}"
            for commit in self.commits
            for fault in imbalances(to_ledger(commit.ledger))
        )

    @property
    def failed(self) -> bool:
        """Return whether there were inputs and every one of them failed."""
        return all_failed({key: tally.count for key, tally in self.ledger.items()})

    def to_json(self) -> dict[str, Any]:
        """Return what people and machines are told of the job."""
        rejects = {
            f"{reason} ({stage})": tally.count
            for (kind, reason), tally in sorted(self.ledger.items())
            for stage in (stage_of(kind, reason),)
            if stage and tally.count
        }
        read = self.count("fetched")
        return {
            "root": self.root,
            "engine": self.engines,
            "passes": len(self.commits),
            "commits": [commit.number for commit in self.commits],
            "seconds": round(self.seconds, 3),
            "pages_per_second": round(read / self.seconds, 2) if self.seconds else 0.0,
            "counts": {
                "sources": self.count("polled"),
                "sources not modified": self.count("not_modified"),
                "entries": self.count("entries"),
                "seen before": self.count("seen_before"),
                "over the cap": self.count("over_cap"),
                "read": read,
                "written": self.count("written"),
                "unchanged": self.count("unchanged"),
                "exact duplicates": self.count("exact_duplicate"),
                "near duplicates": self.count("near_duplicate"),
                "forgotten": self.count("forgotten"),
            },
            "passed_over": {
                reason: tally.count
                for (kind, reason), tally in sorted(self.ledger.items())
                if kind == "passed_over" and tally.count
            },
            "rejects": rejects,
            "faults": list(self.faults),
        }


def run_job(
    sources: Sequence[Source],
    root: str,
    config: Config,
    engine: Engine,
    *,
    only_due: bool = False,
    on_pass: Callable[[Commit], None] = lambda _: None,
) -> Outcome:
    """Read ``sources`` into the dataset at ``root`` and return what became of them.

    Sources that were read before and have not changed are not read again, so a job that was
    interrupted goes on where it stood. With ``only_due``, feeds that others list are left alone
    until they are due. ``on_pass`` is called after each commit.
    """
    keep_heap_whole()
    if not config.steps:  # which may use pandas together with Arrow
        spare_pandas()
    check_tables(root, config.dataset)
    load_steps(config.steps)
    recover(root, config.dataset)
    said: set[str] = set()
    update_tables(root, config.dataset, said)
    outcome = Outcome(root=root, engine=engine.name)
    begun = time.monotonic()
    remaining = [mark_reading(source, config) for source in sources]
    while remaining:
        polls = last_polls(root)
        plan = next_pass(remaining, polls, config.passes)
        context = PassContext(
            root=root,
            unit=new_unit(),
            base=head(root),
            started_at=datetime.now(UTC),
            config=config,
            only_due=only_due,
        )
        engine.read(plan, context)
        commit = commit_of(context)
        read = _read_to(plan, last_polls(root))
        drop_extracted(root, read.values())
        update_tables(root, config.dataset, said)
        outcome.commits.append(commit)
        outcome.seconds = time.monotonic() - begun
        on_pass(commit)
        remaining = _unfinished(remaining, plan, read)
        if remaining:
            give_back()
    return outcome


def commit_of(context: PassContext) -> Commit:
    """Return the commit that a pass has ended with. Raises DatasetError if there is none."""
    for commit in read_commits(context.root, after=context.base):
        if commit.unit == context.unit:
            return commit
    raise DatasetError(
        f"The pass {context.unit} ended without a commit in {context.root}. Nothing of it is "
        "visible; run the same command again."
    )


def mark_reading(source: Source, config: Config) -> Source:
    """Let a file count as changed when it is to be read in another way."""
    if source.fingerprint is None:
        return source
    settings = config.read.model_dump_json(exclude={"shards"})
    reading = digest("reading", source.kind, settings)
    return replace(source, fingerprint=f"{source.fingerprint}-{reading[:8]}")


def _read_to(plan: Pass, polls: Mapping[str, Poll]) -> dict[str, Poll]:
    """Return how far the files of a pass have been read, by their names."""
    found = {source.ref: polls.get(source.ref) for source in plan.sources if not is_web(source.ref)}
    return {ref: poll for ref, poll in found.items() if poll is not None}


def _unfinished(remaining: Sequence[Source], plan: Pass, read: Mapping[str, Poll]) -> list[Source]:
    """Return the sources that no pass has read to their end yet."""
    done = {poll.source_ref for poll in plan.unchanged}
    for source in plan.sources:
        poll = read.get(source.ref)
        if poll is None or poll.outcome == "failed" or poll.complete:
            done.add(source.ref)
    return [source for source in remaining if source.ref not in done]
