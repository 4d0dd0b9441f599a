"""Article pages: the ways in which publishers put one story into HTML."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from pipelines.newsroom.content import Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a page shows: the story, the words around it and the stories beside it."""

    story: Story
    phrases: Mapping[str, str]
    related: Sequence[Story] = ()


def render_page(sheet: Sheet) -> str:
    """Return the HTML of the story's page in the layout of the story."""
    return _LAYOUTS[sheet.story.layout](sheet)


def render_amp(sheet: Sheet) -> str:
    """Return the AMP form of the story's page."""
    story = sheet.story
    head = f"""<meta charset="utf-8">
<link rel="canonical" href="{escape(story.url)}">
<meta name="viewport" content="width=device-width">
<script type="application/ld+json">{_json_ld(story)}</script>
<script async src="/static/v0.js"></script>"""
    body = f"""<header><a href="/">{escape(story.publisher.name)}</a></header>
<article><h1>{escape(story.title)}</h1>
{_byline(sheet)}
{_paragraphs(story)}</article>
<amp-sidebar id="menu" layout="nodisplay">{_menu(sheet)}</amp-sidebar>"""
    return _document(story, head, body, attributes=" amp")


def _render_app(sheet: Sheet) -> str:
    """JSON-LD and all the furniture: menu, cookies, share bar, teasers, newsletter, comments."""
    story, say = sheet.story, sheet.phrases
    head = f"""{_charset(story)}
<link rel="canonical" href="{escape(story.url)}">
{_open_graph(story, article=False)}
<script type="application/ld+json">{_json_ld(story)}</script>"""
    half = (len(story.paragraphs) + 1) // 2
    offer = (
        f'<div class="paywall-offer"><p>{escape(say["subscribe"])}</p></div>'
        if story.paywalled
        else ""
    )
    body = f"""<div class="cookie-banner" role="dialog"><p>{escape(say["cookies"])}</p>
<button>OK</button></div>
<header class="site-header"><a class="logo" href="/">{escape(story.publisher.name)}</a>
<nav>{_menu(sheet)}</nav></header>
<main>
<article class="story">
<header><p class="kicker">{escape(story.section)}</p>
<h1 class="headline">{escape(story.title)}</h1>
{_standfirst(story)}
{_byline(sheet)}</header>
{_share(sheet)}
{_figure(story)}
<div class="story-body">
{_paragraphs(story, stop=half)}
<aside class="newsletter-signup"><form action="/newsletter"><label>{escape(say["newsletter"])}
<input type="email" name="email"></label></form></aside>
{_paragraphs(story, start=half)}
{offer}</div>
{_share(sheet)}
</article>
{_related(sheet)}
<section id="comments" class="comments"><h2>{escape(say["comments"])} (1)</h2>
<div class="comment"><b>gull_72</b><p>{escape(say["comment"])}</p></div></section>
</main>
{_footer(sheet)}"""
    return _document(story, head, body)


def _render_graph(sheet: Sheet) -> str:
    """JSON-LD in which the article is one node of several; a theme as blog software ships it."""
    story = sheet.story
    head = f"""{_charset(story)}
<link rel="canonical" href="{escape(story.url)}">
<meta name="description" content="{escape(story.summary or "")}">
<script type="application/ld+json" class="schema-graph">{_json_ld(story, graph=True)}</script>"""
    body = f"""<div id="page" class="site">
<header id="masthead"><p class="site-title"><a href="/">{escape(story.publisher.name)}</a></p>
<nav class="main-navigation">{_menu(sheet)}</nav></header>
<div id="content"><div id="primary"><main>
<article id="post-{story.slug}" class="post type-post">
<header class="entry-header"><h1 class="entry-title">{escape(story.title)}</h1>
<div class="entry-meta">{_byline(sheet)}</div></header>
{_figure(story)}
<div class="entry-content">
{_paragraphs(story)}
</div>
<footer class="entry-footer">{_tags(story)}</footer>
</article>
</main></div>
<aside id="secondary" class="widget-area">{_related(sheet)}</aside></div>
{_footer(sheet)}</div>"""
    return _document(story, head, body)


def _render_open_graph(sheet: Sheet) -> str:
    """Nothing for machines but Open Graph and meta elements."""
    story = sheet.story
    head = f"""{_charset(story)}
<link rel="canonical" href="{escape(story.url)}">
<meta name="author" content="{escape(", ".join(story.authors))}">
<meta name="keywords" content="{escape(", ".join(story.tags))}">
{_open_graph(story, article=True)}"""
    body = f"""<div class="top"><a href="/">{escape(story.publisher.name)}</a></div>
<div class="nav">{_menu(sheet)}</div>
<div class="wrapper">
<h1>{escape(story.title)}</h1>
{_byline(sheet)}
{_figure(story)}
<div class="article-text">
{_paragraphs(story)}
</div>
{_share(sheet)}
</div>
{_related(sheet)}
{_footer(sheet)}"""
    return _document(story, head, body)


def _render_microdata(sheet: Sheet) -> str:
    """schema.org as attributes of the visible elements."""
    story = sheet.story
    head = f"""{_charset(story)}
<link rel="canonical" href="{escape(story.url)}">
<meta name="description" content="{escape(story.summary or "")}">"""
    times = ""
    if story.published_at:
        stamp = story.published_at.isoformat()
        times = f'<time itemprop="datePublished" datetime="{stamp}">{_clock(story)}</time>'
    if story.modified_at:
        times += f'<meta itemprop="dateModified" content="{story.modified_at.isoformat()}">'
    authors = ", ".join(
        '<span itemprop="author" itemscope itemtype="https://schema.org/Person">'
        f'<span itemprop="name">{escape(name)}</span></span>'
        for name in story.authors
    )
    tags = escape(", ".join(story.tags))
    body = f"""<div class="masthead"><a href="/">{escape(story.publisher.name)}</a></div>
<nav class="sections">{_menu(sheet)}</nav>
<article itemscope itemtype="https://schema.org/NewsArticle">
<meta itemprop="mainEntityOfPage" content="{escape(story.url)}">
<meta itemprop="articleSection" content="{escape(story.section)}">
<meta itemprop="keywords" content="{tags}">
<span itemprop="publisher" itemscope itemtype="https://schema.org/NewsMediaOrganization">
<meta itemprop="name" content="{escape(story.publisher.name)}"></span>
<h1 itemprop="headline">{escape(story.title)}</h1>
<p class="byline">{authors}</p> <p class="stamp">{times}</p>
{_figure(story)}
<div itemprop="articleBody">
{_paragraphs(story)}
</div>
</article>
{_related(sheet)}
{_footer(sheet)}"""
    return _document(story, head, body)


def _render_plain(sheet: Sheet) -> str:
    """Bare HTML: a heading, a byline, a time element and paragraphs."""
    story = sheet.story
    head = f"""{_charset(story)}
<link rel="canonical" href="{escape(story.url)}">"""
    body = f"""<p><a href="/">{escape(story.publisher.name)}</a></p>
{_menu(sheet)}
<article>
<h1>{escape(story.title)}</h1>
{_byline(sheet)}
{_paragraphs(story)}
</article>
{_footer(sheet)}"""
    return _document(story, head, body)


def _render_legacy(sheet: Sheet) -> str:
    """A page as it was made twenty years ago: tables, font elements, the charset in http-equiv."""
    story = sheet.story
    stamp = story.published_at.isoformat() if story.published_at else ""
    menu = " | ".join(
        f'<a href="{escape(one.path)}">{escape(one.section)}</a>' for one in sheet.related
    )
    head = f"""<meta http-equiv="Content-Type" content="text/html; charset={story.charset}">
<meta name="author" content="{escape(", ".join(story.authors))}">
<meta name="date" content="{stamp}">
<meta property="og:site_name" content="{escape(story.publisher.name)}">
<link rel="canonical" href="{escape(story.url)}">"""
    body = f"""<table width="100%" cellpadding="4"><tr><td colspan="2" bgcolor="#003366">
<a href="/"><font color="#ffffff" size="5">{escape(story.publisher.name)}</font></a></td></tr>
<tr><td width="160" valign="top" class="menu">{menu}</td>
<td valign="top"><h1>{escape(story.title)}</h1>
{_byline(sheet)}
<div class="text">
{_paragraphs(story)}
</div>
</td></tr></table>
{_footer(sheet)}"""
    return _document(story, head, body, doctype="")


_LAYOUTS: dict[str, Callable[[Sheet], str]] = {
    "app": _render_app,
    "graph": _render_graph,
    "open_graph": _render_open_graph,
    "microdata": _render_microdata,
    "plain": _render_plain,
    "legacy": _render_legacy,
}


def _document(
    story: Story, head: str, body: str, *, doctype: str = "<!DOCTYPE html>\n", attributes: str = ""
) -> str:
    publisher = story.publisher
    return (
        f'{doctype}<html lang="{publisher.language}" dir="{publisher.direction}"{attributes}>\n'
        f"<head>\n{head}\n"
        f"<title>{escape(story.title)} | {escape(publisher.name)}</title>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _charset(story: Story) -> str:
    return f'<meta charset="{story.charset}">'


def _paragraphs(story: Story, *, start: int = 0, stop: int | None = None) -> str:
    free = len(story.paragraphs) if story.paywalled is None else story.paywalled
    lines = []
    for part in story.paragraphs[:free][start:stop]:
        if part.startswith("## "):
            lines.append(f"<h2>{escape(part[3:])}</h2>")
        else:
            lines.append(f"<p>{escape(part, quote=False)}</p>")
    return "\n".join(lines)


def _clock(story: Story) -> str:
    return f"{story.published_at:%Y-%m-%d %H:%M}" if story.published_at else ""


def _byline(sheet: Sheet) -> str:
    story = sheet.story
    names = ", ".join(f'<span class="author">{escape(name)}</span>' for name in story.authors)
    line = f'<p class="byline">{escape(sheet.phrases["by"])} {names}</p>\n' if names else ""
    if story.published_at:
        line += (
            f'<p class="dateline"><time datetime="{story.published_at.isoformat()}">'
            f"{_clock(story)}</time></p>"
        )
    return line


def _standfirst(story: Story) -> str:
    return f'<h2 class="subtitle">{escape(story.subtitle)}</h2>' if story.subtitle else ""


def _figure(story: Story) -> str:
    if not story.caption:
        return ""
    return (
        f'<figure><img src="/img/{story.slug}.jpg" alt="{escape(story.caption)}">'
        f"<figcaption>{escape(story.caption)}</figcaption></figure>"
    )


def _menu(sheet: Sheet) -> str:
    sections = dict.fromkeys(story.section for story in (sheet.story, *sheet.related))
    items = "".join(f'<li><a href="/s/{escape(one)}">{escape(one)}</a></li>' for one in sections)
    return f'<ul class="menu"><li><a href="/">{escape(sheet.phrases["home"])}</a></li>{items}</ul>'


def _share(sheet: Sheet) -> str:
    return (
        f'<div class="share-bar"><span>{escape(sheet.phrases["share"])}</span>'
        '<ul class="social"><li><a href="/share/mail">E-mail</a></li>'
        '<li><a href="/share/link">Link</a></li></ul></div>'
    )


def _tags(story: Story) -> str:
    links = "".join(f'<a rel="tag" href="/tag/{escape(t)}">{escape(t)}</a> ' for t in story.tags)
    return f'<span class="tags-links">{links}</span>'


def _related(sheet: Sheet) -> str:
    items = "".join(
        f'<li><a href="{escape(one.path)}"><h3>{escape(one.title)}</h3></a></li>'
        for one in sheet.related
    )
    heading = escape(sheet.phrases["related"])
    return f'<section class="related-stories"><h2>{heading}</h2><ul>{items}</ul></section>'


def _footer(sheet: Sheet) -> str:
    return (
        f'<footer class="site-footer"><p><a href="/imprint">{escape(sheet.phrases["imprint"])}</a>'
        f" · {escape(sheet.story.publisher.name)}</p></footer>"
    )


def _open_graph(story: Story, *, article: bool) -> str:
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


def _json_ld(story: Story, *, graph: bool = False) -> str:
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
