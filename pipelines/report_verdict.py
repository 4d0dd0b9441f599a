"""What a report says first: is all well, and if not, what needs a person."""

from collections import Counter
from dataclasses import dataclass

from newsbeam.pipelines.report import Changed, Report
from newsbeam.pipelines.report_words import ago, count, duration, moment, share
from newsbeam.transforms.core.stages import REJECT_KINDS, all_failed
from newsbeam.transforms.sources.plan import is_web
from newsbeam.transforms.statistics.history import Counts, count_of
from newsbeam.transforms.statistics.sources import SourceHealth

#: From the worst to the best.
LEVELS = ("bad", "warn", "good")
#: A pass that is older than this is worth a look.
_OLD_S = 2 * 86_400
#: Of the articles, the share without a date that is.
_MANY_UNDATED = 0.1
#: Of what was read in the last day, the share that may fail.
_MANY_FAILED = 0.2
_FAILED = ("invalid", "failed", "rejected")
_READ = ("written", "exact_duplicate", "near_duplicate", "unchanged")
#: Inputs of a day that fail while none is read: a site refuses us, though its feed may answer.
_REFUSED = 5
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence of the verdict."""

    topic: str  # a stable name: audit, last_run, newest, undated, failed, changed
    title: str
    level: str  # one of LEVELS
    text: str


def judge(report: Report) -> list[Finding]:
    """Return the verdict, always in the same order; the last only beside an earlier report."""
    found = [_audit(report), _last_run(report), _newest(report), _undated(report), _failed(report)]
    return [*found, _changed(report, report.changed)] if report.changed else found


def worst(findings: list[Finding]) -> str:
    """Return the worst level among ``findings``."""
    return min((finding.level for finding in findings), key=LEVELS.index, default="good")


def headline(report: Report, findings: list[Finding]) -> str:
    """Return the verdict in one sentence."""
    if report.faults:
        return f"The dataset has {count(len(report.faults), 'fault')}."
    level = worst(findings)
    if level == "good":
        return "All is well."
    if level == "warn" and not report.articles:
        return "There are no articles yet."
    topics = [finding.title.lower() for finding in findings if finding.level == level]
    return f"{'Needs a person' if level == 'bad' else 'Worth a look'}: {', '.join(topics)}."


def _audit(report: Report) -> Finding:
    if report.faults:
        more = len(report.faults) - 1
        text = f"{report.faults[0]}{f' And {more} more.' if more else ''} Run `newsbeam check`."
        return Finding("audit", "Audit", "bad", text)
    files = sum(table.files for table in report.sizes.tables)
    return Finding(
        "audit",
        "Audit",
        "good",
        f"The ledger of {count(report.sizes.commits, 'commit')} balances, and every file is there "
        f"with its size ({files:,}). `newsbeam check` proves each byte.",
    )


def _last_run(report: Report) -> Finding:
    last = report.last
    if last is None:
        return Finding("last_run", "Last run", "warn", "There was no pass yet.")
    seconds = (report.made_at - last.committed_at).total_seconds()
    took = f", took {duration(last.seconds)}" if last.seconds is not None else ""
    brought, day, before = (
        _brought(report, counts) for counts in (last.counts, report.last_day, report.day_before)
    )
    text = (
        f"{ago(last.committed_at, report.made_at)} ({moment(last.committed_at)}){took}: {brought}. "
        f"In the last 24 hours: {day}; in the 24 hours before: {before}."
    )
    return Finding("last_run", "Last run", "warn" if seconds > _OLD_S else "good", text)


def _brought(report: Report, counts: Counts) -> str:
    written = count_of(counts, "written")
    duplicates = count_of(counts, "exact_duplicate", "near_duplicate")
    failed = count_of(counts, *_FAILED)
    parts = [report.rows(written)]
    parts += [count(duplicates, "duplicate")] if duplicates else []
    parts += [f"{failed:,} failed"] if failed else []
    return ", ".join(parts)


def _newest(report: Report) -> Finding:
    if not report.articles:
        return Finding("newest", "Newest article", "warn", "There are no articles.")
    if report.newest is None:
        return Finding("newest", "Newest article", "warn", "No article has a date up to now.")
    text = f"published {ago(report.newest, report.made_at)} ({moment(report.newest)})."
    if report.in_the_future:
        text += f" {report.rows(report.in_the_future)} dated in the future."
    old = (report.made_at - report.newest).total_seconds() > _OLD_S
    return Finding("newest", "Newest article", "warn" if old else "good", text)


def _undated(report: Report) -> Finding:
    if not report.articles:
        return Finding("undated", "Undated", "good", "There are no articles.")
    if not report.undated:
        return Finding("undated", "Undated", "good", "Every article has a date.")
    part = share(report.undated, report.articles)
    text = f"{report.rows(report.undated)} of {report.articles:,} without a date ({part})."
    many = report.undated > _MANY_UNDATED * report.articles
    return Finding("undated", "Undated", "warn" if many else "good", text)


def _failed(report: Report) -> Finding:
    """Judge a day and not a run: a short one may have had a single input, and that one failed."""
    failing = report.failing()
    day, when = report.last_day, "the last 24 hours"
    if not day and report.last:
        day, when = report.last.counts, "the last run"
    inputs = count_of(day, *_FAILED)
    if not failing and not inputs:
        return Finding("failed", "Failed", "good", f"No source fails, and in {when} no input.")
    text = "No source fails"
    if failing:
        names = _names([source.title or source.source for source in failing])
        text = f"{count(len(failing), 'source')} of {len(report.sources):,} failing: {names}"
        text += f" ({_reasons(failing)})"
    text += f". In {when} {count(inputs, 'input')} failed" if inputs else ""
    good = count_of(day, *_READ)
    held = sum(number for (_, reason), number in day.items() if reason == "embargoed")
    is_refused = not good and inputs - held >= _REFUSED
    text += " and none was read" if is_refused else ""
    nothing = all_failed(day) and count_of(day, *REJECT_KINDS) > 1
    if nothing or is_refused or _all_fail(report):
        return Finding("failed", "Failed", "bad", f"{text}.")
    level = "warn" if failing or inputs > _MANY_FAILED * (good + inputs) else "good"
    return Finding("failed", "Failed", level, f"{text}.")


def _reasons(failing: list[SourceHealth]) -> str:
    """Return why sources fail: whether it is one cause, such as the network, or many."""
    reasons = Counter(source.reason or "unknown" for source in failing)
    if len(reasons) == 1:
        return next(iter(reasons))
    ranked = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    return _names([f"{number:,} {reason}" for reason, number in ranked])


def _all_fail(report: Report) -> bool:
    """Return whether all sources fail: of what is polled, if anything is; files fail once."""
    polled = [each for each in report.sources if is_web(each.source)] or report.sources
    return any(each.state == "failing" for each in polled) and all(
        each.state in ("failing", "gone") for each in polled
    )


def _changed(report: Report, changed: Changed) -> Finding:
    when = f" of {moment(changed.at)}" if changed.at else ""
    text = f"Since the last report (commit {changed.since:,}{when}): "
    if not changed.passes:
        text += "no pass."
    else:
        text += f"{count(changed.passes, 'pass', 'passes')}, {_brought(report, changed.counts)}."
    titles = {each.source: each.title or each.source for each in report.sources}
    if changed.began_to_fail:
        names = _names([titles.get(each, each) for each in changed.began_to_fail])
        text += f" Began to fail: {names}."
    if changed.work_again:
        names = _names([titles.get(each, each) for each in changed.work_again])
        text += f" Work again: {names}."
    return Finding("changed", "Changed", "warn" if changed.began_to_fail else "good", text)


def _names(names: "list[str] | tuple[str, ...]") -> str:
    shown = ", ".join(names[:_NAMED])
    return f"{shown} and {len(names) - _NAMED:,} more" if len(names) > _NAMED else shown
