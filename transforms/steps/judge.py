"""Keep each article once: judge those of a site by their URLs, and those of a text by it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from newsbeam.transforms import resources
from newsbeam.transforms.core.context import PassContext
from newsbeam.transforms.core.records import Article
from newsbeam.transforms.core.sharding import shard_of
from newsbeam.transforms.dedup.claims import settle_claims
from newsbeam.transforms.dedup.exact import ItemState, entry_of, settle_same_text, settle_same_url
from newsbeam.transforms.dedup.site_lines import clean_site
from newsbeam.transforms.steps.outputs import Output, count


def key_by_site(article: Article, shards: int) -> tuple[str, Article]:
    """Return an article with the part whose articles ``judge_sites`` gets at once."""
    # Articles of one URL are of one domain, so they come together too.
    return shard_of(article.domain or article.article_id, shards), article


def key_by_text(article: Article, shards: int) -> tuple[str, Article]:
    """Return an article with the part whose articles ``judge_texts`` gets at once."""
    return shard_of(article.content_hash, shards), article


def judge_sites(context: PassContext, found: Iterable[Article]) -> Iterator[Output]:
    """Yield what becomes of all articles of some sites: those that are new go on, cleaned."""
    forgotten = resources.forgotten(context)
    articles = []
    for article in found:
        if forgotten and forgotten.has_article(article):
            yield count("forgotten", entry_of(article))
        else:
            articles.append(article)
    sites = _groups(articles, lambda article: article.domain or "")
    learned = resources.boilerplate(context).lookup_sites(sites.keys())
    settled = settle_claims(
        articles,
        resources.index(context).lookup_articles,
        resources.stories(context).told_of,
        context.config.duplicates,
        {domain: frozenset[str]().union(*each) for domain, each in learned.items()},
    )
    known = settled.known
    items = {each.article_id for each in settled.articles if ItemState.of(each)}
    known |= resources.stories(context).with_items(
        known[identity] for identity in items & known.keys()
    )
    sites = _groups(settled.articles, lambda article: article.domain or "")
    for domain, group in sites.items():
        cleaned = group
        if domain and context.config.text.learn_boilerplate:
            cleaned, lines = clean_site(
                group,
                known,
                learned.get(domain, []),
                context.config.text,
                context.config.quality,
                learned_at=context.started_at,
            )
            yield from lines
        for identity, same in _groups(cleaned, lambda article: article.article_id).items():
            yield from settle_same_url(same, known.get(identity))


def judge_texts(context: PassContext, articles: Iterable[Article]) -> Iterator[Output]:
    """Yield what becomes of all articles that have one of some texts: of each text, one goes on."""
    groups = _groups(articles, lambda article: article.content_hash)
    known = resources.index(context).lookup_texts(list(groups))
    for text, group in groups.items():
        yield from settle_same_text(group, known.get(text))


def _groups(articles: Iterable[Article], key: Callable[[Article], str]) -> dict[str, list[Article]]:
    groups = defaultdict(list)
    for article in articles:
        groups[key(article)].append(article)
    return groups
