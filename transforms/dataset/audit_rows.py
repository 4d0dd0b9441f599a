"""What an audit finds in the rows: identities, revisions, targets, the ledger, the index.

Rows are taken in a row group at a time; what is kept of them are keys and digests.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from transforms.core.identity import (
    article_id,
    content_hash,
    item_id,
    line_id,
    source_identity,
)
from transforms.core.ledger import Ledger, Tally, imbalances, total
from transforms.core.schema import file_schema
from transforms.dataset.layout import commit_path, partition_values, split_data_path
from transforms.dataset.log import Commit
from transforms.dataset.projection import COLUMNS, ROW_KINDS, index_rows, tally_rows
from transforms.dataset.writer import StagedFile, to_ledger, to_lines

_CHECKED = {"articles": ["supersedes", "text", "wire"], "duplicates": ["duplicate_of"]}


def checked_columns(table: str) -> list[str]:
    """Return the columns of ``table`` that ``RowAudit.add`` looks at."""
    return COLUMNS[table] + _CHECKED.get(table, [])


class RowAudit:
    """All rows of a dataset, taken in file by file and judged at the end."""

    def __init__(self) -> None:
        self._faults: list[str] = []
        self._paths: list[str] = []
        self._keys: list[pa.Table] = []
        self._targets: list[pa.Table] = []
        self._unchanged: list[pa.Table] = []
        self._ledgers: dict[str, Ledger] = defaultdict(dict)
        self._polls: dict[str, Ledger] = defaultdict(dict)
        self._projected: dict[str, Tally] = defaultdict(Tally)
        self._indexed: dict[str, Tally] = defaultdict(Tally)
        self._index_path: dict[str, str] = {}
        self._unit_path: dict[str, str] = {}

    def add(self, file: StagedFile, groups: Iterable[pa.Table]) -> None:
        """Take in the rows of a sound file."""
        self._paths.append(file.path)
        tallies: Ledger = {}
        for rows in groups:
            _add(tallies, tally_rows(file.table, rows))
            for unit in rows["unit"].unique().to_pylist():
                self._add_of_unit(file, unit, rows.filter(pc.equal(rows["unit"], unit)))
            self._check_date(file, rows)
            if file.table == "articles":
                self._check_identities(file, rows)
                place = pa.repeat(len(self._paths) - 1, rows.num_rows)
                columns = ["article_id", "revision", "supersedes", "content_hash"]
                self._keys.append(rows.select(columns).append_column("file", place))
            elif file.table == "duplicates":
                place = pa.repeat(len(self._paths) - 1, rows.num_rows)
                columns = ["article_id", "content_hash", "duplicate_of"]
                self._targets.append(rows.select(columns).append_column("file", place))
            elif file.table == "boilerplate":
                self._check_lines(file, rows)
        if to_lines(tallies) != file.tallies:
            self._faults.append(
                f"{file.path}: its rows are not of the entries that its commit says."
            )

    def _add_of_unit(self, file: StagedFile, unit: str, rows: pa.Table) -> None:
        self._unit_path.setdefault(unit, file.path)
        _add(self._ledgers[unit], tally_rows(file.table, rows))
        if file.table == "index":
            self._index_path[unit] = file.path
            is_unchanged = pc.equal(rows["outcome"], "unchanged")
            self._unchanged.append(
                rows.filter(is_unchanged)
                .select(["article_id"])
                .append_column("path", pa.array([file.path] * pc.sum(is_unchanged).as_py()))
            )
            self._indexed[unit] += _tally(rows.filter(pc.invert(is_unchanged)))
        elif file.table == "feeds":
            refs = zip(rows["outcome"].to_pylist(), rows["source_ref"].to_pylist(), strict=True)
            for outcome, ref in refs:
                kind = "poll_failed" if outcome == "failed" else outcome
                _add(self._polls[unit], {(kind, ""): Tally.of([source_identity(ref)])})
        elif file.table != "boilerplate":
            self._projected[unit] += _tally(index_rows(file.table, rows))

    def _check_date(self, file: StagedFile, rows: pa.Table) -> None:
        table, partition = split_data_path(file.path)
        date = partition_values(table, partition).get("date")
        if date is None:
            return
        if table == "rejects":
            times = rows["rejected_at"]
        else:
            times = pc.coalesce(rows["published_at"], rows["fetched_at"])
        strange = pc.not_equal(pc.strftime(times, "%Y-%m-%d"), date)
        if pc.any(strange).as_py():
            self._faults.append(
                f"{file.path}: {pc.sum(strange).as_py()} rows are of another date than the folder."
            )

    def _check_identities(self, file: StagedFile, rows: pa.Table) -> None:
        names = ("article_id", "canonical_url", "content_hash", "text")
        wrong_texts, wrong_ids = [], []
        items = _item_ids(rows)
        for identity, url, text_hash, text, item in zip(
            *(rows[name].to_pylist() for name in names), items, strict=True
        ):
            if content_hash(text) != text_hash:
                wrong_texts.append(identity)
            if article_id(url, text_hash, item) != identity:
                wrong_ids.append(identity)
        for wrong, what in ((wrong_texts, "content_hash"), (wrong_ids, "article_id")):
            if wrong:
                self._faults.append(
                    f"{file.path}: {len(wrong)} rows have a wrong {what}, such as article "
                    f"{wrong[0]}."
                )

    def _check_lines(self, file: StagedFile, rows: pa.Table) -> None:
        names = ("line_id", "domain", "line")
        lines = zip(*(rows[name].to_pylist() for name in names), strict=True)
        wrong = [identity for identity, *line in lines if line_id(*line) != identity]
        if wrong:
            self._faults.append(
                f"{file.path}: {len(wrong)} rows have a wrong line_id, such as line {wrong[0]}."
            )

    def faults(self, commits: Sequence[Commit], broken: Sequence[StagedFile]) -> list[str]:
        """Return a sentence for each fault; nothing is concluded from ``broken`` files."""
        tables = {file.table for file in broken}
        keys = pa.concat_tables(self._keys) if self._keys else None
        if keys is not None:
            self._check_keys(keys)
            if not tables & {"articles", "duplicates"}:
                self._check_revisions(keys)
        if not tables & {"articles", "duplicates"}:
            self._check_targets(keys)
        for commit in commits:
            self._check_ledger(commit, complete="index" not in tables and not _in(commit, broken))
            if not _in(commit, broken) and "index" not in tables:
                self._check_index(commit)
        for unit in self._unit_path.keys() - {commit.unit for commit in commits}:
            self._faults.append(f"{self._unit_path[unit]}: its unit {unit} has no commit.")
        return self._faults

    def _check_keys(self, keys: pa.Table) -> None:
        counts = keys.group_by(["article_id", "revision"]).aggregate(
            [("file", "count"), ("file", "list")]
        )
        for row in counts.filter(pc.greater(counts["file_count"], 1)).to_pylist():
            places = " and ".join(sorted({self._paths[place] for place in row["file_list"]}))
            self._faults.append(
                f"{places}: article {row['article_id']}, revision {row['revision']} stands "
                f"{row['file_count']} times."
            )

    def _check_revisions(self, keys: pa.Table) -> None:
        """Revisions count 1, 2, … and name the text before; the first may be a duplicate."""
        later = keys.filter(pc.not_equal(keys["revision"], 1))["article_id"].unique()
        several = keys.filter(pc.is_in(keys["article_id"], value_set=later))
        texts = {
            (row["article_id"], row["revision"]): row["content_hash"] for row in several.to_pylist()
        }
        earlier = pa.concat_tables(self._targets) if self._targets else None
        repeated = _pairs(earlier, "article_id", "content_hash") if earlier is not None else set()
        first = keys.filter(pc.and_(pc.equal(keys["revision"], 1), pc.is_valid(keys["supersedes"])))
        for row in [*several.to_pylist(), *first.to_pylist()]:
            identity, revision, before = row["article_id"], row["revision"], row["supersedes"]
            if revision == 1 and before is None:
                continue
            if texts.get((identity, revision - 1)) == before and before is not None:
                continue
            if revision > 1 and (identity, before) in repeated:
                continue
            self._faults.append(
                f"{self._paths[row['file']]}: revision {revision} of article {identity} does not "
                "name the text of the revision before it."
            )

    def _check_targets(self, keys: pa.Table | None) -> None:
        ids = keys["article_id"].unique() if keys is not None else pa.array([], pa.string())
        for rows in self._targets:
            lost = rows.filter(pc.invert(pc.is_in(rows["duplicate_of"], value_set=ids)))
            if lost.num_rows:
                self._faults.append(
                    f"{self._paths[lost['file'][0].as_py()]}: {lost.num_rows} duplicates name "
                    f"articles that are not there, such as {lost['duplicate_of'][0].as_py()}."
                )
        named = [ids, *(rows["article_id"].combine_chunks() for rows in self._targets)]
        known = pa.chunked_array(named, pa.string())
        for rows in self._unchanged:
            lost = rows.filter(pc.invert(pc.is_in(rows["article_id"], value_set=known)))
            if lost.num_rows:
                self._faults.append(
                    f"{lost['path'][0].as_py()}: {lost.num_rows} unchanged entries name articles "
                    f"that are not there, such as {lost['article_id'][0].as_py()}."
                )

    def _check_ledger(self, commit: Commit, *, complete: bool) -> None:
        path = commit_path(commit.number)
        ledger = to_ledger(commit.ledger)
        self._faults += [f"{path}: {sentence}" for sentence in imbalances(ledger)]
        if not complete:
            return
        found = dict(self._ledgers.get(commit.unit, {}))
        _add(found, to_ledger(commit.repeated))
        said = {key: tally for key, tally in ledger.items() if key[0] in ROW_KINDS}
        for kind, reason in sorted(said.keys() | found.keys()):
            left = said.get((kind, reason), Tally())
            right = found.get((kind, reason), Tally())
            if left != right:
                name = f"{kind}({reason})" if reason else kind
                self._faults.append(
                    f"{path}: the ledger has {left.count} {name}, the rows are {right.count}"
                    + (", of other entries." if left.count == right.count else ".")
                )
        polls = self._polls.get(commit.unit, {})
        for kind in ("changed", "not_modified", "poll_failed"):
            if total(ledger, kind) != polls.get((kind, ""), Tally()):
                self._faults.append(
                    f"{path}: the ledger has {total(ledger, kind).count} {kind}, feeds/ has "
                    f"{polls.get((kind, ''), Tally()).count}, or they are other sources."
                )

    def _check_index(self, commit: Commit) -> None:
        projected, indexed = self._projected[commit.unit], self._indexed[commit.unit]
        if projected != indexed:
            path = self._index_path.get(commit.unit, commit_path(commit.number))
            self._faults.append(
                f"{path}: the index of unit {commit.unit} has {indexed.count} rows that are not "
                f"what follows from its {projected.count} articles, duplicates and rejects."
            )


def _item_ids(rows: pa.Table) -> list[str | None]:
    """Return the identity of the wire item of each row; files before version 5 have none."""
    if "wire" not in rows.column_names or rows["wire"].null_count == rows.num_rows:
        return [None] * rows.num_rows
    parts = ("format", "guid", "version", "provider")
    columns = [pc.struct_field(rows["wire"], part).to_pylist() for part in parts]
    return [item_id(*values) for values in zip(*columns, strict=True)]


def _in(commit: Commit, files: Sequence[StagedFile]) -> bool:
    return any(file in commit.files for file in files)


def _add(ledger: Ledger, other: Ledger) -> None:
    for key, tally in other.items():
        ledger[key] = ledger.get(key, Tally()) + tally


def _pairs(rows: pa.Table, *names: str) -> set[tuple[str, ...]]:
    return set(zip(*(rows[name].to_pylist() for name in names), strict=True))


def _tally(rows: pa.Table) -> Tally:
    """Return the tally of whole index rows."""
    columns = []
    for field in file_schema("index"):
        column = rows[field.name]
        if pa.types.is_timestamp(field.type):
            column = column.cast(pa.int64())
        elif pa.types.is_large_binary(field.type):
            values = column.to_pylist()
            column = pa.array([value and value.hex() for value in values], pa.string())
        columns.append(pc.fill_null(column.cast(pa.string()), "\0"))
    return Tally.of(pc.binary_join_element_wise(*columns, "\x1f").to_pylist())
