"""Extract kept pages again: show what changes, and commit it.

The pages are where the dataset is, so this runs on the machine that asks. Only what has changed
goes through the pass that commits it; all else is as it was, and is no input of that.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from newsbeam.pipelines.engine import ALONE, alone
from newsbeam.pipelines.run import Outcome, commit_of
from newsbeam.transforms import resources
from newsbeam.transforms.core.context import PassContext, new_unit
from newsbeam.transforms.core.own_steps import choose_steps, load_steps, take_steps
from newsbeam.transforms.core.records import Article, Page, Reject
from newsbeam.transforms.core.settings import Config
from newsbeam.transforms.dataset.boilerplate import BoilerplateReader
from newsbeam.transforms.dataset.differences import as_it_would_stand, changed_columns
from newsbeam.transforms.dataset.index import IndexFiles
from newsbeam.transforms.dataset.page_records import page_entry_id
from newsbeam.transforms.dataset.recovery import recover
from newsbeam.transforms.dataset.replay import (
    Candidate,
    count_unkept,
    find_candidates,
    find_pages,
    is_outdated,
    read_pages,
    read_rows,
)
from newsbeam.transforms.dataset.state import State, load_state
from newsbeam.transforms.dataset.storage import open_storage
from newsbeam.transforms.extraction.models import check_models
from newsbeam.transforms.steps.local_pass import settle
from newsbeam.transforms.steps.outputs import Records, count_outcomes


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A page that gives something else than it gave before."""

    url: str | None
    source_ref: str
    before: str  # article, duplicate, or the reason of a reject
    after: str  # article, or the reason of a reject
    columns: dict[str, tuple[object, object]]  # that differ between two articles
    commits: bool  # False of an article that would be rejected now: its row stays

    @property
    def kind(self) -> str:
        """Return what it was and is."""
        return f"{self.before} → {self.after}"


@dataclass
class Replay:
    """What extracting pages again has shown."""

    pages: int = 0  # that were extracted again
    outdated: int = 0  # of whose article the dataset has got a later text
    unkept: int = 0  # rejects whose bytes are not kept
    kept: int = 0  # pages whose bytes are kept
    counts: dict[str, int] = field(default_factory=dict)  # changes by kind
    columns: dict[str, int] = field(default_factory=dict)  # changes of articles by column
    outcome: Outcome | None = None  # of what was committed

    def add(self, change: Change) -> None:
        """Count a change."""
        self.counts[change.kind] = self.counts.get(change.kind, 0) + 1
        for name in change.columns:
            self.columns[name] = self.columns.get(name, 0) + 1


def replay(
    root: str,
    config: Config,
    *,
    writes: bool,
    reason: str | None = None,
    everything: bool = False,
    on_change: Callable[[Change], None] = lambda _: None,
) -> Replay:
    """Extract kept pages of rejects again, or with ``everything`` all, and commit what changes.

    Nothing is committed unless ``writes``. ``on_change`` is told of each change. A pass takes about
    ``passes.max_bytes`` of kept bytes; what was committed when it is interrupted is not done again.
    Raises ``DatasetError``.
    """
    check_models()
    load_steps(config.steps)
    storage, begun = open_storage(root), time.monotonic()
    if writes:
        recover(root, config.dataset)
    state = load_state(storage)
    pages = find_pages(state)
    unkept = 0 if everything else count_unkept(state, pages, reason)
    done = Replay(unkept=unkept, kept=len(pages))
    candidates = find_candidates(state, pages, reason=reason, everything=everything)
    for batch in _batches(candidates, config.passes.max_bytes):
        state = load_state(storage)
        context = PassContext(
            root=root,
            unit=new_unit(),
            base=state.number,
            started_at=datetime.now(UTC),
            config=config,
            info=(("command", "replay"),),
        )
        outcomes: list[Article | Reject] = []
        for change, outcome in _extract(state, batch, context, done):
            done.add(change)
            on_change(change)
            if change.commits:
                outcomes.append(outcome)
        if outcomes and writes:
            if done.outcome is None:
                done.outcome = Outcome(root=root, engine=ALONE)
            settle(Records([*outcomes, *count_outcomes(outcomes)]), alone(context))
            done.outcome.commits.append(commit_of(context))
    if done.outcome is not None:
        done.outcome.seconds = time.monotonic() - begun
    return done


def _batches(candidates: Sequence[Candidate], max_bytes: int) -> Iterator[list[Candidate]]:
    batch: list[Candidate] = []
    size = 0
    for each in candidates:
        batch.append(each)
        size += each.size
        if size >= max_bytes:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _extract(
    state: State, batch: Sequence[Candidate], context: PassContext, done: Replay
) -> Iterator[tuple[Change, Article | Reject]]:
    """Yield what changes of a batch, in its order; the rest is counted in ``done``."""
    found: dict[str, tuple[datetime, Article | Reject]] = {}

    def take(page: Page, outcome: Article | Reject) -> None:
        found[page_entry_id(page.entry)] = page.fetched_at, outcome

    pool = resources.extraction_pool(context)
    for _ in pool.map_unordered(read_pages(state, batch), take):
        done.pages += 1
    pool.rest()
    articles = [outcome for _, outcome in found.values() if isinstance(outcome, Article)]
    rows = read_rows(state, batch)
    ids = {each.article_id for each in articles} | {identity for identity, _ in rows}
    known = IndexFiles(state.storage, state.files("index")).lookup_articles(ids)
    learned = BoilerplateReader(context.root, state.number).lookup_sites(
        {each.domain for each in articles if each.domain}
    )
    for candidate in batch:
        fetched_at, outcome = found[candidate.entry_id]
        if is_outdated(candidate, outcome, known, fetched_at):
            done.outdated += 1
            continue
        before = rows.get((candidate.article_id or "", candidate.revision or 0))
        if isinstance(outcome, Article):
            stands = as_it_would_stand(
                outcome,
                before,
                known,
                learned.get(outcome.domain or "", ()),
                context.config.text,
                context.config.quality,
            )
            stands = replace(stands, revision=before.revision if before else 1)
            change = _judge(candidate, before, _after_steps(stands, context.config.steps))
            outcome = replace(outcome, is_reread=before is not None)
        else:
            change = _judge(candidate, before, outcome)
        if change is not None:
            yield change, outcome


def _after_steps(article: Article, names: Sequence[str]) -> Article | Reject:
    """Return what the user's own steps make of an article that is written."""
    for writing in (False, True):
        outcome = take_steps(article, choose_steps(names, writing=writing))
        if isinstance(outcome, Reject):
            return outcome
        article = outcome
    return article


def _judge(candidate: Candidate, before: Article | None, after: Article | Reject) -> Change | None:
    """Return how a page changes; None if it gives what it gave."""
    was = {"written": "article", "duplicate": "duplicate"}.get(candidate.outcome)
    columns: dict[str, tuple[object, object]] = {}
    if isinstance(after, Article):
        url, now = after.requested_url or after.url, "article"
        if before is not None:
            columns = changed_columns(before, after)
        if not columns and (before or after.content_hash == candidate.content_hash):
            return None
    else:
        url, now = after.url, after.reason
        if now == candidate.reason:
            return None
    return Change(
        url=url,
        source_ref=after.source_ref,
        before=was or candidate.reason or "reject",
        after=now,
        columns=columns,
        # An article that would be rejected now stays: a reject is no revision of it.
        commits=was is None or now == "article",
    )
