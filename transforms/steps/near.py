"""Keep each story once: drop articles that nearly repeat one that was written before them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from newsbeam.transforms import resources
from newsbeam.transforms.core.context import PassContext
from newsbeam.transforms.core.records import Article
from newsbeam.transforms.core.sharding import shard_of
from newsbeam.transforms.dedup.clusters import Component, find_components
from newsbeam.transforms.dedup.links import (
    Link,
    Linked,
    NewArticle,
    find_links,
    new_article,
    order_of,
    shards_of,
)
from newsbeam.transforms.dedup.near import judge_linked, near_duplicate_of
from newsbeam.transforms.steps.outputs import Output

#: What is known of an article: itself, what it is linked to, the component that it belongs to.
Part = Article | Linked | Component


def sign(article: Article, shards: int) -> Iterator[tuple[str, NewArticle]]:
    """Yield the signature of an article for each part in which it has a key."""
    new = new_article(article)
    for shard in shards_of(new.signature, shards) if shards > 1 else [0]:
        yield str(shard), new


def link(context: PassContext, shard: str, articles: Iterable[NewArticle]) -> Iterable[Linked]:
    """Return what the articles with keys in one part are linked to, here and in the dataset."""
    settings = context.config.duplicates
    return find_links(
        articles,
        settings,
        resources.stories(context).blocks(),
        shard=int(shard),
        shards=settings.shards,
    ).linked


def divide(linked: Iterable[Linked]) -> Iterator[tuple[str, Component]]:
    """Yield the component of each article that is linked, given all links of the pass."""
    # What is known stays whatever happens, so it does not join the articles that may repeat it.
    edges = (
        (each.article_id, link.article_id if link.place is None else each.article_id)
        for each in linked
        for link in each.links
    )
    for article_id, label in find_components(edges).items():
        yield article_id, Component(label=label)


def place_parts(parts: Iterable[Part], shards: int) -> Iterator[tuple[str | None, Part]]:
    """Yield the article, with None, if nothing is linked to it; else all that is known of it, with
    the part in which its component is judged.

    ``parts`` is what is known of one article.
    """
    parts = list(parts)
    component = next((part for part in parts if isinstance(part, Component)), None)
    for part in parts:
        if component is not None and not isinstance(part, Component):
            yield shard_of(component.label, shards), part
        elif isinstance(part, Article):
            yield None, part


def judge_near(context: PassContext, parts: Iterable[Part]) -> Iterator[Output]:
    """Yield each article of some components as it is, or as a duplicate."""
    articles: dict[str, Article] = {}
    links: dict[str, list[Link]] = defaultdict(list)
    for part in parts:
        if isinstance(part, Article):
            articles[part.article_id] = part
        elif isinstance(part, Linked):
            links[part.article_id] += part.links
    known = resources.index(context).lookup_articles(
        {link.article_id for each in links.values() for link in each if link.place is not None}
    )
    known_text = resources.stories(context).texts_of(known.values())

    def text_of(article_id: str) -> str:
        new = articles.get(article_id)
        return new.text if new else known_text(article_id)

    order = {identity: order_of(article) for identity, article in articles.items()}
    found = judge_linked(order, links, text_of, context.config.duplicates)
    verdicts = {each.article_id: each for each in found.duplicates}
    for article in articles.values():
        each = verdicts.get(article.article_id)
        if each is None:
            yield article
            continue
        stays = articles.get(each.duplicate_of) or known[each.duplicate_of]
        yield near_duplicate_of(article, stays, each.verdict)
