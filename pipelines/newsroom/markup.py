"""The parts that article pages are put together from, whatever their layout."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from newsbeam.pipelines.newsroom.content import INLINE, Publisher, Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a page shows: the story, the words around it and the stories beside it."""

    story: Story
    phrases: Mapping[str, str]
    related: Sequence[Story] = ()


def write_document(
    story: Story, head: str, body: str, *, doctype: str = "<!DOCTYPE html>\n", attributes: str = ""
) -> str:
    """Return the whole page of a story."""
    publisher = story.publisher
    return (
        f'{doctype}<html lang="{publisher.language}" dir="{publisher.direction}"{attributes}>\n'
        f"<head>\n{head}\n"
        f"<title>{escape(story.title)} | {escape(publisher.name)}</title>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def write_head(story: Story) -> str:
    """Return what every head begins with: charset, canonical address and feeds."""
    return (
        f'<meta charset="{story.charset}">\n<link rel="canonical" href="{escape(story.url)}">\n'
        f"{write_feed_links(story.publisher)}"
    )


def write_feed_links(publisher: Publisher) -> str:
    """Return the link elements by which the feeds of a publisher are found."""
    return "\n".join(
        f'<link rel="alternate" type="{feed.media_type}" href="{feed.path}">'
        for feed in publisher.feeds
        if feed.format in ("rss", "atom", "rdf", "json")
    )


def write_paragraphs(story: Story, *, start: int = 0, stop: int | None = None) -> str:
    """Return the free paragraphs from ``start`` to ``stop``, subheadings as h2."""
    free = len(story.paragraphs) if story.paywalled is None else story.paywalled
    lines = []
    for part in story.paragraphs[:free][start:stop]:
        if part.startswith("## "):
            lines.append(f"<h2>{escape(part[3:])}</h2>")
        else:
            lines.append(f"<p>{_write_inline(part)}</p>")
    return "\n".join(lines)


def _write_inline(text: str) -> str:
    """Return ``text`` with its links and emphases as elements."""
    return INLINE.sub(
        lambda found: (
            f'<a href="{escape(found["target"])}">{found["words"]}</a>'
            if found["target"]
            else f"<em>{found['stressed']}</em>"
        ),
        escape(text, quote=False),
    )


def write_clock(story: Story) -> str:
    """Return date and time as readers see them."""
    return f"{story.published_at:%Y-%m-%d %H:%M}" if story.published_at else ""


def write_byline(sheet: Sheet) -> str:
    """Return authors and time of publication."""
    story = sheet.story
    names = ", ".join(f'<span class="author">{escape(name)}</span>' for name in story.authors)
    line = f'<p class="byline">{escape(sheet.phrases["by"])} {names}</p>\n' if names else ""
    if story.published_at:
        line += (
            f'<p class="dateline"><time datetime="{story.published_at.isoformat()}">'
            f"{write_clock(story)}</time></p>"
        )
    return line


def write_standfirst(story: Story) -> str:
    """Return the second headline, if there is one."""
    return f'<h2 class="subtitle">{escape(story.subtitle)}</h2>' if story.subtitle else ""


def write_figure(story: Story) -> str:
    """Return the picture with its caption, if there is one."""
    if not story.caption:
        return ""
    return (
        f'<figure><img src="/img/{story.slug}.jpg" alt="{escape(story.caption)}">'
        f"<figcaption>{escape(story.caption)}</figcaption></figure>"
    )


def write_menu(sheet: Sheet) -> str:
    """Return the menu of sections."""
    sections = dict.fromkeys(story.section for story in (sheet.story, *sheet.related))
    items = "".join(f'<li><a href="/s/{escape(one)}">{escape(one)}</a></li>' for one in sections)
    return f'<ul class="menu"><li><a href="/">{escape(sheet.phrases["home"])}</a></li>{items}</ul>'


def write_share_bar(sheet: Sheet) -> str:
    """Return the links for sharing."""
    return (
        f'<div class="share-bar"><span>{escape(sheet.phrases["share"])}</span>'
        '<ul class="social"><li><a href="/share/mail">E-mail</a></li>'
        '<li><a href="/share/link">Link</a></li></ul></div>'
    )


def write_tags(story: Story) -> str:
    """Return the links of the story's tags."""
    links = "".join(f'<a rel="tag" href="/tag/{escape(t)}">{escape(t)}</a> ' for t in story.tags)
    return f'<span class="tags-links">{links}</span>'


def write_related(sheet: Sheet) -> str:
    """Return the teasers of the stories beside this one."""
    items = "".join(
        f'<li><a href="{escape(one.path)}"><h3>{escape(one.title)}</h3></a></li>'
        for one in sheet.related
    )
    heading = escape(sheet.phrases["related"])
    return f'<section class="related-stories"><h2>{heading}</h2><ul>{items}</ul></section>'


def write_footer(sheet: Sheet) -> str:
    """Return the foot of the page."""
    return (
        f'<footer class="site-footer"><p><a href="/imprint">{escape(sheet.phrases["imprint"])}</a>'
        f" · {escape(sheet.story.publisher.name)}</p></footer>"
    )


def write_open_graph(story: Story, *, article: bool) -> str:
    """Return the Open Graph elements; with ``article`` those about articles too."""
    pairs = [
        ("og:type", "article"),
        ("og:title", story.title),
        ("og:url", story.url),
        ("og:site_name", story.publisher.name),
        ("og:description", story.summary or ""),
        ("og:locale", story.publisher.language),
    ]
    if story.caption:
        pairs.append(("og:image", f"http://{story.publisher.host}/img/{story.slug}.jpg"))
    if article:
        if story.published_at:
            pairs.append(("article:published_time", story.published_at.isoformat()))
        if story.modified_at:
            pairs.append(("article:modified_time", story.modified_at.isoformat()))
        pairs.append(("article:section", story.section))
        pairs.extend(("article:tag", tag) for tag in story.tags)
    return "\n".join(f'<meta property="{name}" content="{escape(value)}">' for name, value in pairs)


def write_json_ld(story: Story, *, graph: bool = False) -> str:
    """Return the JSON-LD of the story; as ``graph`` it is one node of several."""
    site = f"http://{story.publisher.host}/"
    publisher = {"@type": "NewsMediaOrganization", "@id": f"{site}#publisher", "url": site}
    publisher["name"] = story.publisher.name
    article: dict[str, object] = {
        "@type": "NewsArticle",
        "@id": f"{story.url}#article",
        "headline": story.title,
        "description": story.summary or "",
        "articleSection": story.section,
        "keywords": list(story.tags),
        "inLanguage": story.publisher.language,
        "isAccessibleForFree": story.paywalled is None,
        "author": [{"@type": "Person", "name": name} for name in story.authors],
        "publisher": {"@id": publisher["@id"]} if graph else publisher,
        "mainEntityOfPage": story.url,
    }
    if story.subtitle:
        article["alternativeHeadline"] = story.subtitle
    if story.published_at:
        article["datePublished"] = story.published_at.isoformat()
    if story.modified_at:
        article["dateModified"] = story.modified_at.isoformat()
    if story.caption:
        article["image"] = f"{site}img/{story.slug}.jpg"
    if not graph:
        data: dict[str, object] = {"@context": "https://schema.org", **article}
    else:
        page = {"@type": "WebPage", "@id": story.url, "name": story.title}
        crumbs = {
            "@type": "BreadcrumbList",
            "itemListElement": [{"@type": "ListItem", "position": 1, "name": story.section}],
        }
        data = {"@context": "https://schema.org", "@graph": [publisher, page, crumbs, article]}
    return json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
