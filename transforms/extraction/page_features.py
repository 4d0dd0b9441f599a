"""What a page is like, as numbers: how it is built, not what it says, nor in which language.

All numbers are integers, shares are in thousandths: what is judged by them is the same everywhere.
"""

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import accumulate
from urllib.parse import unquote, urlsplit

from ahocorasick_rs import AhoCorasick

from newsbeam.transforms.extraction.page_names import TYPE
from newsbeam.transforms.pages.outline import HEADINGS, Block, Element, Outline
from newsbeam.transforms.pages.structured import Node, types_of

#: Paragraphs have so many characters; in scripts that write words in one or two, half as many.
_PROSE_CHARS = 80
_DENSE = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
#: So much may stand between two paragraphs of one text.
_GAP_CHARS = 200
#: So near below its headline an article has its date, in characters of text.
_NEAR_CHARS = 600
_MARGINS = frozenset({"nav", "footer", "aside", "form", "menu", "dialog"})
_ITEMS = frozenset({"li", "td", "th", "dd", "tr"})
#: Of long addresses and names only so much is looked at.
_MAX_CHARS = 2000

_DATE = re.compile(r"\d(?::\d\d|[./-]\d\d?[./-]\d\d|\d{3}(?!\d))")
_DATE_CHARS = 100
_DIGIT = re.compile(r"\d")
_CURRENCY = "$€£¥₹₩₽₺₫฿₴₪₦"
_PRICE = re.compile(
    rf"[{_CURRENCY}\d]"  # one class first: the search skips at C speed
    rf"(?:(?<=[{_CURRENCY}])\s?\d"
    rf"|(?<=\d)\s?(?:[{_CURRENCY}円원元]|(?:kr|zł|Kč|Ft|lei|EUR|USD|CHF)\b))"
)
_PRICE_CHARS = 60
_ENDS = (". ", "! ", "? ", "… ", "。", "！", "？", "।", "؟")
_QUOTES = '"“”„«»「」『』'
_WORDS = re.compile(r"[-_+ ]")

_TYPES = {
    "type_article": re.compile(r"Article|BlogPosting|Report$|Recipe|Review$"),
    "type_product": re.compile(r"Product|Offer"),
    "type_forum": re.compile(r"DiscussionForum|QAPage|Question|Answer|Comment"),
}
#: What the software of shops, forums and manuals calls its pages, in whatever language they are.
_PATHS = {
    "path_shop": re.compile(r"/(?:products?|shop|store|collections|dp|itm|ip|pd?|cart|c)(?:/|$)"),
    "path_forum": re.compile(
        r"/(?:forums?|threads?|topics?|t|viewtopic|showthread|questions|comments|r|post)(?:[/.-]|$)"
    ),
    "path_manual": re.compile(r"/(?:docs?|documentation|reference|manual|wiki|api)(?:/|$)"),
}
_SHARE = re.compile(
    r"sharer|/share\?|/intent/|share[-_]?(?:article|offsite)|whatsapp\.com|t\.me/share"
)
#: Words in classes, which those who make pages take from English everywhere.
_NAMES = {
    "named_price": ("price", "cart", "sku", "-buy", "buy-"),
    "named_product": ("product",),
    "named_author": ("author", "byline"),
    "named_user": ("user", "avatar", "member", "karma", "vote"),
    "named_call": ("hero", "cta", "testimonial", "pricing", "feature"),
    "named_button": ("btn", "button"),
    "named_manual": ("docs", "toc", "highlight", "code", "admonition", "anchor", "permalink"),
    "named_article": ("article", "story", "entry", "blog"),
    "named_faq": ("accordion", "faq", "tab"),
}
_GROUP_OF_WORD = [name for name, words in _NAMES.items() for _ in words]
_find_words = AhoCorasick(
    [word for words in _NAMES.values() for word in words]
).find_matches_as_indexes
_COUNTED = ("h2", "img", "button", "input", "pre", "code")


def page_features(outline: Outline, *, article: Node, url: str | None) -> Mapping[str, int]:
    """Return the numbers of a page by name; the names are the same for all pages.

    ``article`` is the JSON-LD node of the page's article, empty if there is none.
    """
    try:
        parts = urlsplit(url or "")
    except ValueError:
        parts = urlsplit("")
    path = unquote(parts.path)[:_MAX_CHARS]
    types, groups = _look_through(outline.elements)
    return {
        **_of_path(path),
        **_of_declarations(outline, article, types),
        **_of_elements(outline),
        **_of_links(outline, path, parts.netloc),
        **_of_text(outline),
        **_of_groups(outline, groups),
    }


def _look_through(elements: Iterable[Element]) -> tuple[list[str], list[list[Element]]]:
    """Return the types that elements declare, and those of one name and class that have text."""
    types: list[str] = []
    groups: dict[tuple[str, str], list[Element]] = {}
    for each in elements:
        if not (attrs := each.attrs):
            continue
        if kind := attrs.get("itemtype"):
            types.append(kind.rpartition("/")[2])
        if each.is_block and each.last > each.first and (name := attrs.get("class")):
            groups.setdefault((each.tag, name), []).append(each)
    return types, [*groups.values()]


def _of_path(path: str) -> dict[str, int]:
    """Tell the address of a home page (0) from none at all (-1)."""
    steps = [step for step in path.split("/") if step]
    words = [len(_WORDS.split(step)) for step in steps]
    unknown = -1 if not path else 0
    return {
        "url_steps": len(steps) or unknown,
        "url_last_chars": len(steps[-1]) if steps else unknown,
        "url_last_words": words[-1] if steps else unknown,
        "url_words": sum(words) or unknown,
        "url_longest_number": max(map(len, re.findall(r"\d+", path)), default=0),
        "url_date": int(bool(re.search(r"/(?:19|20)\d\d[/-]?\d\d", path))),
        **{name: int(bool(pattern.search(path.lower()))) for name, pattern in _PATHS.items()},
    }


def _of_declarations(outline: Outline, article: Node, types: list[str]) -> dict[str, int]:
    og_type = (outline.first("og:type") or "").lower()
    declared = Counter([*types, *(kind for text in outline.json_ld for kind in TYPE.findall(text))])
    published = ("article:published_time", "datepublished", "og:article:published_time")
    return {
        "og_article": int("article" in og_type),
        "og_product": int("product" in og_type),
        "meta_published": int(outline.first(*published) is not None),
        "meta_article": sum(name.startswith("article:") for name in outline.meta),
        "meta_author": int(outline.first("author", "article:author", "dc.creator") is not None),
        "description_chars": len(outline.first("og:description", "description") or ""),
        "ld_article": int(any(_TYPES["type_article"].search(each) for each in types_of(article))),
        "ld_published": int(bool(article.get("datePublished"))),
        "ld_author": int(bool(article.get("author"))),
        **{
            name: sum(count for kind, count in declared.items() if pattern.search(kind))
            for name, pattern in _TYPES.items()
        },
    }


def _of_elements(outline: Outline) -> dict[str, int]:
    return {
        **{f"count_{tag}": len(outline.by_tag[tag]) for tag in _COUNTED},
        "count_forms": len(outline.by_tag["form"]),
        **_count_names(outline),
    }


def _count_names(outline: Outline) -> dict[str, int]:
    """Count the elements in whose class a word of each group stands.

    The words of all classes of the page are looked for at once: for each alone, it takes longer to
    begin than to look.
    """
    alike = list(outline.by_names.values())
    names = [each[:_MAX_CHARS].lower() for each in outline.by_names]  # the class, then the id
    starts = [0, *accumulate([len(each) + 1 for each in names])]
    pairs = set()
    for which, start, end in _find_words("\n".join(names), overlapping=True):
        place = bisect(starts, start) - 1
        if end - starts[place] <= len(alike[place][0].get("class").lower()):
            pairs.add((place, _GROUP_OF_WORD[which]))
    named = dict.fromkeys(_NAMES, 0)
    for place, group in pairs:
        named[group] += len(alike[place])
    return named


def _of_links(outline: Outline, path: str, host: str) -> dict[str, int]:
    """Count where links lead: below the page, beside it, to other sites, to people, to mail."""
    own = path.rstrip("/")
    above = own.rpartition("/")[0] + "/"
    below = own + "/"
    root = f"//{host}/"
    inner = beside = relative = away = shares = calls = people = 0
    for each in outline.by_tag["a"]:
        if not (href := each.attrs.get("href")) or href[0] == "#":
            continue
        if root in href:
            href = "/" + href.partition(root)[2]
        elif href.startswith(("tel:", "mailto:")):
            calls += 1
            continue
        elif href.startswith(("http", "//")):
            away += 1
            shares += _is_share(href)
            continue
        elif href[0] not in "/?":
            relative += 1
            continue
        if own and href.startswith(above):
            if href.startswith(below) and len(href) > len(below):
                inner += 1
            else:
                beside += 1
        people += "user" in href or "member" in href or "profile" in href or "/u/" in href
    return {
        "links_below": inner,
        "links_beside": beside,
        "links_relative": relative,
        "links_away": away,
        "links_shares": shares,
        "links_calls": calls,
        "links_people": people,
    }


def _is_share(href: str) -> bool:
    """Say whether a link hands the page on to others."""
    may_be = "share" in href or "/intent/" in href or "whatsapp" in href
    return may_be and _SHARE.search(href, 0, _MAX_CHARS) is not None


def _of_text(outline: Outline) -> dict[str, int]:
    margin = _margins(outline)
    blocks = [block for block in outline.blocks if not block.hidden]
    prose_chars = _PROSE_CHARS // (2 if _is_dense(blocks) else 1)
    heading = next((e for e in outline.by_tag["h1"] if e.last > e.first), None)
    start = heading.first if heading else 0
    total = links = margins = listed = before = code = headings = teasers = prices = date_near = 0
    run = best_run = gap = linked = 0
    dates: set[str] = set()
    paragraphs: list[str] = []
    parents, grandparents = Counter[int](), Counter[int]()
    for block in blocks:
        text, tag = block.text, block.element.tag
        size = len(text)
        total += size
        links += block.link_chars
        if block.index < start:
            before += size
        if size <= _DATE_CHARS and _DIGIT.search(text):
            if _DATE.search(text):
                dates.add(text)
                if heading and block.index >= start and total - before < _NEAR_CHARS:
                    date_near = 1
            if size <= _PRICE_CHARS and _PRICE.search(text):
                prices += 1
        if margin[block.index]:
            margins += size
            continue
        teasers += block.link_chars * 10 >= size * 6 and size * 3 >= prose_chars
        if tag in HEADINGS:
            headings += 1
        elif tag == "pre":
            code += size
        elif tag in _ITEMS:
            listed += size
        if size < prose_chars or block.link_chars * 10 >= size * 4 or tag in HEADINGS:
            gap += size
            continue
        paragraphs.append(text)
        linked += block.link_chars > 0
        if (parent := block.element.parent) is not None:
            parents[parent.index] += size
            if parent.parent is not None:
                grandparents[parent.parent.index] += size
        run = size if gap > _GAP_CHARS else run + size
        best_run = max(best_run, run)
        gap = 0
    lengths, text = [*map(len, paragraphs)], "\n".join(paragraphs)
    prose, count = sum(lengths), len(lengths)
    return {
        "chars": total,
        "blocks": len(blocks),
        "share_links": _share(links, total),
        "share_margins": _share(margins, total),
        "share_prose": _share(prose, total),
        "share_run": _share(best_run, total),
        "share_listed": _share(listed, total),
        "share_before": _share(before, total),
        "share_code": _share(code, total),
        "share_teasers": _share(teasers, len(blocks)),
        "share_headings": _share(headings, count),
        "share_sentences": _share(_count(_ENDS, text) + count, count),
        "share_quotes": _share(_count(_QUOTES, text), count),
        "share_linked": _share(linked, count),
        "share_parent": _share(max(parents.values(), default=0), prose),
        "share_grandparent": _share(max(grandparents.values(), default=0), prose),
        "prose": prose,
        "prose_count": count,
        "prose_median": sorted(lengths)[count // 2] if count else 0,
        "run": best_run,
        "teasers": teasers,
        "dates": len(dates),
        "date_near": date_near,
        "prices": prices,
        "headline_chars": len(outline.text_of(heading)) if heading else 0,
    }


def _count(marks: Iterable[str], text: str) -> int:
    """Count ``marks`` in a text, of which most have few: only those are counted that it has."""
    return sum([text.count(mark) for mark in marks if mark[0] in text])


def _is_dense(blocks: list[Block]) -> bool:
    """Say whether the page is in a script of which a character or two are a word."""
    sample = [block.text[:200] for block in blocks[:200]]
    others = "".join([text for text in sample if not text.isascii()])
    return len(_DENSE.findall(others)) * 3 > sum(map(len, sample))


def _margins(outline: Outline) -> bytearray:
    """Say for each block whether it stands in a margin."""
    inside = bytearray(len(outline.blocks))
    for each in outline.tagged(_MARGINS):
        if each.first < each.last and not inside[each.first]:
            inside[each.first : each.last] = b"\1" * (each.last - each.first)
    return inside


def _of_groups(outline: Outline, groups: Iterable[list[Element]]) -> dict[str, int]:
    """Look at what repeats: elements of one name and class, most of which lead elsewhere (cards).

    The ``group`` is the one that holds most of the text.
    """
    blocks = outline.blocks
    chars = [0, *accumulate([0 if block.hidden else len(block.text) for block in blocks])]
    links = [0, *accumulate([0 if block.hidden else block.link_chars for block in blocks])]
    group = most = most_links = cards = cards_chars = 0
    for members in groups:
        count = len(members)
        if count < 3:
            continue
        size = sum([chars[each.last] - chars[each.first] for each in members])
        led = sum([links[each.last] - links[each.first] for each in members])
        if size > most:
            group, most, most_links = count, size, led
        if 30 * count <= size <= 600 * count and led * 6 >= size and count > cards:
            cards, cards_chars = count, size
    return {
        "group": group,
        "group_share": _share(most, chars[-1]),
        "group_links": _share(most_links, most),
        "cards": cards,
        "cards_share": _share(cards_chars, chars[-1]),
    }


def _share(part: int, whole: int) -> int:
    """Return a share in thousandths."""
    return part * 1000 // whole if whole else 0
