"""What an audit finds in identities: no article twice, revisions in a row, no lost targets."""

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from newsbeam.transforms.dataset.spill import Spill

#: What a row says of the article in its column ``key``.
ARTICLE, DUPLICATE, TARGET, UNCHANGED = range(4)

_SCHEMA = pa.schema(
    [
        ("key", pa.string()),
        ("kind", pa.int8()),
        ("revision", pa.int32()),
        ("supersedes", pa.string()),
        ("content_hash", pa.string()),
        ("withdrawn", pa.bool_()),
        ("file", pa.int32()),  # place in the list of files; null: known, and not audited itself
    ]
)

#: What is taken of the index (see ``KeyAudit.add_known``).
KNOWN = pa.schema(
    [
        ("article_id", pa.string()),
        ("outcome", pa.string()),
        ("revision", pa.int32()),
        ("content_hash", pa.string()),
        ("unit", pa.string()),
    ]
)


class KeyAudit:
    """Takes in what rows say of articles, and judges it in the end."""

    def __init__(self) -> None:
        self._spill = Spill(_SCHEMA, "key")
        self._paths: list[str] = []

    def close(self) -> None:
        """Remove what was kept on the disk."""
        self._spill.__exit__(None, None, None)

    def begin_file(self, path: str) -> None:
        """Say which file the next rows are from."""
        self._paths.append(path)

    def add(self, table: str, rows: pa.Table) -> None:
        """Take in rows of the file."""
        if table == "articles":
            columns = ["revision", "supersedes", "content_hash"]
            columns += ["withdrawn"] if "withdrawn" in rows.column_names else []  # from version 5
            self._add(ARTICLE, "article_id", rows, columns)
        elif table == "duplicates":
            self._add(DUPLICATE, "article_id", rows, ["content_hash"])
            self._add(TARGET, "duplicate_of", rows, [])
        elif table == "index":
            unchanged = rows.filter(pc.equal(rows["outcome"], "unchanged"))
            self._add(UNCHANGED, "article_id", unchanged, [])

    def add_known(self, rows: pa.Table) -> None:
        """Take in rows of the index that the others are judged by, and not judged themselves."""
        for kind, outcome in ((ARTICLE, "written"), (DUPLICATE, "duplicate")):
            some = rows.filter(pc.equal(rows["outcome"], outcome))
            self._add(kind, "article_id", some, ["revision", "content_hash"], is_known=True)

    def _add(
        self,
        kind: int,
        key: str,
        rows: pa.Table,
        columns: Sequence[str],
        *,
        is_known: bool = False,
    ) -> None:
        if not rows.num_rows:
            return
        taken = {"key": rows[key], **{name: rows[name] for name in columns}}
        taken["kind"] = pa.array([kind] * rows.num_rows, pa.int8())
        if not is_known:
            taken["file"] = pa.array([len(self._paths) - 1] * rows.num_rows, pa.int32())
        self._spill.add(pa.table(taken))

    def faults(self) -> Iterator[str]:
        """Yield a sentence for each fault."""
        for rows in self._spill.parts():
            of = [rows.filter(pc.equal(rows["kind"], kind)) for kind in range(4)]
            articles, duplicates, targets, unchanged = of
            yield from self._doubled(articles)
            yield from self._revisions(articles, duplicates)
            yield from self._lost(targets, articles["key"], "duplicates name articles")
            chunks = [*articles["key"].chunks, *duplicates["key"].chunks]
            named = pa.chunked_array(chunks, pa.string())
            yield from self._lost(unchanged, named, "unchanged entries name articles")

    def _doubled(self, articles: pa.Table) -> Iterator[str]:
        counts = articles.group_by(["key", "revision"]).aggregate(
            [("key", "count"), ("file", "list")]
        )
        for row in counts.filter(pc.greater(counts["key_count"], 1)).to_pylist():
            places = {self._paths[place] for place in row["file_list"] if place is not None}
            if places:
                yield (
                    f"{' and '.join(sorted(places))}: article {row['key']}, revision "
                    f"{row['revision']} stands {row['key_count']} times."
                )

    def _revisions(self, articles: pa.Table, duplicates: pa.Table) -> Iterator[str]:
        """Revisions count 1, 2, … and name the text before; the first may be a duplicate.

        What was before a revision that takes an article back may be gone, all of it.
        """
        later = articles.filter(pc.not_equal(articles["revision"], 1))["key"].unique()
        first = pc.and_(pc.equal(articles["revision"], 1), pc.is_valid(articles["supersedes"]))
        mask = pc.or_(pc.is_in(articles["key"], value_set=later), first)
        several = articles.filter(mask).to_pylist()
        texts = {(row["key"], row["revision"]): row["content_hash"] for row in several}
        first_left: dict[str, int] = {}
        for identity, revision in texts:
            first_left[identity] = min(revision, first_left.get(identity, revision))
        some = duplicates.filter(pc.is_in(duplicates["key"], value_set=later))
        repeated = set(zip(some["key"].to_pylist(), some["content_hash"].to_pylist(), strict=True))
        for row in several:
            identity, revision, before = row["key"], row["revision"], row["supersedes"]
            if row["file"] is None or (revision == 1 and before is None):
                continue
            if texts.get((identity, revision - 1)) == before and before is not None:
                continue
            if revision > 1 and (identity, before) in repeated:
                continue
            if row["withdrawn"] and first_left[identity] == revision:
                continue
            yield (
                f"{self._paths[row['file']]}: revision {revision} of article {identity} does not "
                "name the text of the revision before it."
            )

    def _lost(self, rows: pa.Table, known: pa.ChunkedArray, what: str) -> Iterator[str]:
        values = known.cast(pa.string()).combine_chunks() if len(known) else pa.array([], "string")
        lost = rows.filter(pc.invert(pc.is_in(rows["key"], value_set=values)))
        for place in lost["file"].unique().to_pylist():
            here = lost.filter(pc.equal(lost["file"], place))
            yield (
                f"{self._paths[place]}: {here.num_rows} {what} that are not there, such as "
                f"{here['key'][0].as_py()}."
            )
