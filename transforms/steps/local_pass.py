"""One pass, all in this process: the pipeline of a pass without a runner.

What it costs to import Beam and to plan a pipeline is more than what a few pages cost, and its
runner for one process takes more memory for many. The steps are those of ``pipelines.ingest``, in
the same order, over lists.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from newsbeam.transforms.core.context import PassContext
from newsbeam.transforms.core.own_steps import choose_steps, take_steps, take_steps_together
from newsbeam.transforms.core.records import Article, Duplicate, Entry, Source
from newsbeam.transforms.core.settings import EntitySettings
from newsbeam.transforms.core.spool import Spool
from newsbeam.transforms.dedup.exact import is_compared
from newsbeam.transforms.dedup.links import Linked
from newsbeam.transforms.dedup.straight import straighten
from newsbeam.transforms.sources.plan import Pass, count_unchanged, is_web, poll_again
from newsbeam.transforms.steps import judge, near
from newsbeam.transforms.steps.outputs import Output, Records, by_key, group_by
from newsbeam.transforms.steps.read import read_files
from newsbeam.transforms.steps.write import commit_records
from newsbeam.transforms.text.entities import BATCH, check_model, load_model, name_entities

_ENCODER, _ARTICLES = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Article)


def run_local_pass(plan: Pass, context: PassContext) -> int:
    """Read what ``plan`` names into the dataset; return the number of the commit."""
    if context.config.entities.model:
        check_model(context.config.entities)
    # read.shards and fetch.shards are for several workers. Here is one: it takes all files at once,
    # so that no core waits, and all hosts, so that a slow one keeps nobody waiting.
    found = Records()
    if files := [source for source in plan.sources if not is_web(source.ref)]:
        found.add(_hold(read_files(context, files)))
    urls = [source for source in plan.sources if is_web(source.ref)] + found.take(Source)
    if urls or found.has(Entry):
        _ask(urls, found, context)
    found.add(poll_again(plan, context.started_at))
    found.add(count_unchanged(plan))
    return settle(found, context)


def _hold(outputs: Iterable[Output]) -> Iterator[Output]:
    """Yield ``outputs``, articles at the end: until then they are held on the disk.

    Until then the extraction processes are there, which need the memory.
    """
    spool, held = Spool(), []
    for output in outputs:
        if isinstance(output, Article):
            held.append(spool.add(_ENCODER.encode(output)))
        else:
            yield output
    for place in held:
        yield _ARTICLES.decode(spool.read(place))


def _ask(urls: Sequence[Source], found: Records, context: PassContext) -> None:
    """Poll ``urls`` and fetch all entries."""
    # Jobs without URLs do without these imports.
    from newsbeam.transforms.steps.fetch import fetch_articles
    from newsbeam.transforms.steps.poll import poll_sources

    if urls:
        found.add(poll_sources(context, urls))
    if entries := found.take(Entry):
        found.add(fetch_articles(context, entries))


def settle(found: Records, context: PassContext) -> int:
    """Judge the articles of ``found`` and commit everything; return the number of the commit."""
    names, shards = context.config.steps, context.config.duplicates.shards
    if early := choose_steps(names, writing=False):
        found.add([take_steps(article, early) for article in found.take(Article)])
    for part in by_key(judge.key_by_site(each, shards) for each in found.take(Article)).values():
        found.add(judge.judge_sites(context, part))
    for part in by_key(judge.key_by_text(each, shards) for each in found.take(Article)).values():
        found.add(judge.judge_texts(context, part))
    if context.config.duplicates.near:
        found.add(_drop_near(found.take(Article), context))
    if context.config.entities.model:
        found.add(_name_entities(found.take(Article), context.config.entities))
    if late := choose_steps(names, writing=True):
        rows: list[Article | Duplicate] = [
            *found.take(Article),
            *straighten(found.take(Duplicate)),
        ]
        for each in group_by(rows, _article_of):
            found.add(take_steps_together(each, late))
    return commit_records(found, context)


def _name_entities(articles: Sequence[Article], settings: EntitySettings) -> Iterator[Article]:
    # Most rounds find nothing new, and a model takes seconds and hundreds of megabytes.
    model = load_model(settings) if articles else None
    for start in range(0, len(articles), BATCH):
        yield from name_entities(articles[start : start + BATCH], model, settings)


def _drop_near(articles: Sequence[Article], context: PassContext) -> Iterator[Output]:
    shards = context.config.duplicates.shards
    # A later revision is news of its own URL and is not compared (decision record 15).
    yield from (article for article in articles if not is_compared(article))
    firsts = [article for article in articles if is_compared(article)]
    signatures = by_key(signed for article in firsts for signed in near.sign(article, shards))
    linked: list[Linked] = []
    for shard, new in signatures.items():
        linked += near.link(context, shard, new)
    known: list[tuple[str, near.Part]] = [(each.article_id, each) for each in firsts]
    known += ((each.article_id, each) for each in linked)
    known += near.divide(linked)
    placed = by_key(
        each for parts in by_key(known).values() for each in near.place_parts(parts, shards)
    )
    yield from (part for part in placed.pop(None, []) if isinstance(part, Article))
    for parts in placed.values():
        yield from near.judge_near(context, parts)


def _article_of(row: Article | Duplicate) -> str:
    return row.article_id if isinstance(row, Article) else row.duplicate_of
