"""Near-duplicates between two units that were judged without each other."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc

from newsbeam.transforms.core.settings import DatasetSettings, DuplicateSettings
from newsbeam.transforms.dataset.conflicts import as_rows, read_articles, rewrite
from newsbeam.transforms.dataset.index import IndexFiles
from newsbeam.transforms.dataset.layout import split_data_path
from newsbeam.transforms.dataset.log import Commit, read_data
from newsbeam.transforms.dataset.state import State
from newsbeam.transforms.dataset.storage import Storage
from newsbeam.transforms.dataset.stories import StoryReader
from newsbeam.transforms.dataset.writer import StagedFile
from newsbeam.transforms.dedup.links import find_links, new_article, order_of
from newsbeam.transforms.dedup.near import judge_linked, near_duplicate_of

_EVER = datetime.fromtimestamp(0, UTC)


def settle_near_duplicates(
    storage: Storage,
    unit: str,
    staged: Sequence[StagedFile],
    newer: Sequence[Commit],
    *,
    settings: DatasetSettings,
    duplicates: DuplicateSettings,
) -> list[StagedFile]:
    """Return ``staged`` with the articles that nearly repeat what the commits ``newer`` brought.

    They become duplicates, as if the unit had been judged after those commits. What follows from
    that for the duplicates of such an article is left to ``straighten_duplicates``.
    """
    ours = [file for file in staged if file.table == "articles"]
    if not newer or not ours:
        return list(staged)
    tables = {file: read_data(storage, file) for file in ours}
    articles = {
        article.article_id: article
        for file, rows in tables.items()
        for article in read_articles(file, _compared(rows))
    }
    theirs = State(storage=storage, number=0, checkpoint=None, commits=tuple(newer))
    stories = StoryReader(theirs, _EVER)
    found = find_links(map(new_article, articles.values()), duplicates, stories.blocks())
    links = {
        linked.article_id: [link for link in linked.links if link.place is not None]
        for linked in found.linked
    }
    index = IndexFiles(storage, theirs.files("index"))
    known = index.lookup_articles({link.article_id for each in links.values() for link in each})
    known_text = stories.texts_of(known.values())
    result = judge_linked(
        {identity: order_of(article) for identity, article in articles.items()},
        links,
        lambda one: articles[one].text if one in articles else known_text(one),
        duplicates,
    )
    repeats = {each.article_id: each for each in result.duplicates}
    if not repeats:
        return list(staged)

    kept = [file for file in staged if file.table != "articles"]
    rewritten: dict[tuple[str, str], list[pa.Table]] = defaultdict(list)
    for file, rows in tables.items():
        gone = pc.is_in(rows["article_id"], value_set=pa.array(sorted(repeats), pa.string()))
        if pc.any(gone).as_py():
            rewritten[split_data_path(file.path)].append(rows.filter(pc.invert(gone)))
        else:
            kept.append(file)
    outcomes = [
        near_duplicate_of(articles[each.article_id], known[each.duplicate_of], each.verdict)
        for each in result.duplicates
    ]
    return kept + rewrite(storage, unit, rewritten, as_rows(outcomes, unit, settings), settings)


def _compared(rows: pa.Table) -> pa.Table:
    """Return the articles that are compared with others (see ``dedup.exact.is_compared``)."""
    taken_back = pc.fill_null(rows["withdrawn"], False)
    return rows.filter(pc.and_not(pc.equal(rows["revision"], 1), taken_back))
