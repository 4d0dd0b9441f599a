"""Article pages: the ways in which publishers put one story into HTML."""

from collections.abc import Callable, Sequence
from html import escape

from newsbeam.pipelines.newsroom.content import Publisher, Story
from newsbeam.pipelines.newsroom.markup import (
    Sheet,
    write_byline,
    write_clock,
    write_document,
    write_feed_links,
    write_figure,
    write_footer,
    write_head,
    write_json_ld,
    write_menu,
    write_open_graph,
    write_paragraphs,
    write_related,
    write_share_bar,
    write_standfirst,
    write_tags,
)


def render_page(sheet: Sheet) -> str:
    """Return the HTML of the story's page in the layout of the story."""
    return _LAYOUTS[sheet.story.layout](sheet)


def render_amp(sheet: Sheet) -> str:
    """Return the AMP form of the story's page."""
    story = sheet.story
    head = f"""<meta charset="utf-8">
<link rel="canonical" href="{escape(story.url)}">
<meta name="viewport" content="width=device-width">
<script type="application/ld+json">{write_json_ld(story)}</script>
<script async src="/static/v0.js"></script>"""
    body = f"""<header><a href="/">{escape(story.publisher.name)}</a></header>
<article><h1>{escape(story.title)}</h1>
{write_byline(sheet)}
{write_paragraphs(story)}</article>
<amp-sidebar id="menu" layout="nodisplay">{write_menu(sheet)}</amp-sidebar>"""
    return write_document(story, head, body, attributes=" amp")


def render_front(publisher: Publisher, stories: Sequence[Story]) -> str:
    """Return the front page of a publisher: its feeds and its latest stories."""
    items = "\n".join(
        f'<li><a href="{escape(story.path)}">{escape(story.title)}</a></li>' for story in stories
    )
    return f"""<!DOCTYPE html>
<html lang="{publisher.language}" dir="{publisher.direction}">
<head>
<meta charset="{publisher.charset}">
{write_feed_links(publisher)}
<title>{escape(publisher.name)}</title>
</head>
<body>
<h1>{escape(publisher.name)}</h1>
<ul class="stories">
{items}
</ul>
</body>
</html>
"""


def _render_app(sheet: Sheet) -> str:
    """JSON-LD and all the furniture: menu, cookies, share bar, teasers, newsletter, comments."""
    story, say = sheet.story, sheet.phrases
    head = f"""{write_head(story)}
{write_open_graph(story, article=False)}
<script type="application/ld+json">{write_json_ld(story)}</script>"""
    half = (len(story.paragraphs) + 1) // 2
    offer = (
        f'<div class="paywall-offer"><p>{escape(say["subscribe"])}</p></div>'
        if story.paywalled
        else ""
    )
    body = f"""<div class="cookie-banner" role="dialog"><p>{escape(say["cookies"])}</p>
<button>OK</button></div>
<header class="site-header"><a class="logo" href="/">{escape(story.publisher.name)}</a>
<nav>{write_menu(sheet)}</nav></header>
<main>
<article class="story">
<header><p class="kicker">{escape(story.section)}</p>
<h1 class="headline">{escape(story.title)}</h1>
{write_standfirst(story)}
{write_byline(sheet)}</header>
{write_share_bar(sheet)}
{write_figure(story)}
<div class="story-body">
{write_paragraphs(story, stop=half)}
<aside class="newsletter-signup"><form action="/newsletter"><label>{escape(say["newsletter"])}
<input type="email" name="email"></label></form></aside>
{write_paragraphs(story, start=half)}
{offer}</div>
{write_share_bar(sheet)}
</article>
{write_related(sheet)}
<section id="comments" class="comments"><h2>{escape(say["comments"])} (1)</h2>
<div class="comment"><b>gull_72</b><p>{escape(say["comment"])}</p></div></section>
</main>
{write_footer(sheet)}"""
    return write_document(story, head, body)


def _render_graph(sheet: Sheet) -> str:
    """JSON-LD in which the article is one node of several; a theme as blog software ships it."""
    story = sheet.story
    head = f"""{write_head(story)}
<meta name="description" content="{escape(story.summary or "")}">
<script type="application/ld+json">{write_json_ld(story, graph=True)}</script>"""
    body = f"""<div id="page" class="site">
<header id="masthead"><p class="site-title"><a href="/">{escape(story.publisher.name)}</a></p>
<nav class="main-navigation">{write_menu(sheet)}</nav></header>
<div id="content"><div id="primary"><main>
<article id="post-{story.slug}" class="post type-post">
<header class="entry-header"><h1 class="entry-title">{escape(story.title)}</h1>
<div class="entry-meta">{write_byline(sheet)}</div></header>
{write_figure(story)}
<div class="entry-content">
{write_paragraphs(story)}
</div>
<footer class="entry-footer">{write_tags(story)}</footer>
</article>
</main></div>
<aside id="secondary" class="widget-area">{write_related(sheet)}</aside></div>
{write_footer(sheet)}</div>"""
    return write_document(story, head, body)


def _render_open_graph(sheet: Sheet) -> str:
    """Nothing for machines but Open Graph and meta elements."""
    story = sheet.story
    head = f"""{write_head(story)}
<meta name="author" content="{escape(", ".join(story.authors))}">
<meta name="keywords" content="{escape(", ".join(story.tags))}">
{write_open_graph(story, article=True)}"""
    body = f"""<div class="top"><a href="/">{escape(story.publisher.name)}</a></div>
<div class="nav">{write_menu(sheet)}</div>
<div class="wrapper">
<h1>{escape(story.title)}</h1>
{write_byline(sheet)}
{write_figure(story)}
<div class="article-text">
{write_paragraphs(story)}
</div>
{write_share_bar(sheet)}
</div>
{write_related(sheet)}
{write_footer(sheet)}"""
    return write_document(story, head, body)


def _render_microdata(sheet: Sheet) -> str:
    """schema.org as attributes of the visible elements."""
    story = sheet.story
    head = f"""{write_head(story)}
<meta name="description" content="{escape(story.summary or "")}">"""
    times = ""
    if story.published_at:
        stamp = story.published_at.isoformat()
        times = f'<time itemprop="datePublished" datetime="{stamp}">{write_clock(story)}</time>'
    if story.modified_at:
        times += f'<meta itemprop="dateModified" content="{story.modified_at.isoformat()}">'
    authors = ", ".join(
        '<span itemprop="author" itemscope itemtype="https://schema.org/Person">'
        f'<span itemprop="name">{escape(name)}</span></span>'
        for name in story.authors
    )
    tags = escape(", ".join(story.tags))
    body = f"""<div class="masthead"><a href="/">{escape(story.publisher.name)}</a></div>
<nav class="sections">{write_menu(sheet)}</nav>
<article itemscope itemtype="https://schema.org/NewsArticle">
<meta itemprop="mainEntityOfPage" content="{escape(story.url)}">
<meta itemprop="articleSection" content="{escape(story.section)}">
<meta itemprop="keywords" content="{tags}">
<span itemprop="publisher" itemscope itemtype="https://schema.org/NewsMediaOrganization">
<meta itemprop="name" content="{escape(story.publisher.name)}"></span>
<h1 itemprop="headline">{escape(story.title)}</h1>
<p class="byline">{authors}</p> <p class="stamp">{times}</p>
{write_figure(story)}
<div itemprop="articleBody">
{write_paragraphs(story)}
</div>
</article>
{write_related(sheet)}
{write_footer(sheet)}"""
    return write_document(story, head, body)


def _render_plain(sheet: Sheet) -> str:
    """Bare HTML: a heading, a byline, a time element and paragraphs."""
    story = sheet.story
    head = write_head(story)
    body = f"""<p><a href="/">{escape(story.publisher.name)}</a></p>
{write_menu(sheet)}
<article>
<h1>{escape(story.title)}</h1>
{write_byline(sheet)}
{write_paragraphs(story)}
</article>
{write_footer(sheet)}"""
    return write_document(story, head, body)


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
{write_byline(sheet)}
<div class="text">
{write_paragraphs(story)}
</div>
</td></tr></table>
{write_footer(sheet)}"""
    return write_document(story, head, body, doctype="")


_LAYOUTS: dict[str, Callable[[Sheet], str]] = {
    "app": _render_app,
    "graph": _render_graph,
    "open_graph": _render_open_graph,
    "microdata": _render_microdata,
    "plain": _render_plain,
    "legacy": _render_legacy,
}
