"""What a page is like, as numbers: how it is built, not what it says, nor in which language.

All numbers are integers, shares are in thousandths: what is judged by them is the same everywhere.
"""

import re
from bisect import bisect
from collections import Counter
from collections.abc import Mapping
from itertools import accumulate
from urllib.parse import unquote, urlsplit

from ahocorasick_rs import AhoCorasick

from newsbeam.transforms.extraction.outline import HEADINGS, Block, Element, Outline
from newsbeam.transforms.extraction.page_names import TYPE
from newsbeam.transforms.extraction.structured import Node, types_of

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
_CURRENCY = "$€£¥₹₩₽₺₫฿₴₪₦"
_PRICE = re.compile(
    rf"[{_CURRENCY}]\s?\d|\d\s?(?:[{_CURRENCY}円원元]|(?:kr|zł|Kč|Ft|lei|EUR|USD|CHF)\b)"
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
_PEOPLE = ("user", "member", "profile", "/u/")
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
    return {
        **_of_path(path),
        **_of_declarations(outline, article),
        **_of_elements(outline),
        **_of_links(outline, path, parts.netloc),
        **_of_text(outline),
        **_of_groups(outline),
    }


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


def _of_declarations(outline: Outline, article: Node) -> dict[str, int]:
    og_type = (outline.first("og:type") or "").lower()
    declared = Counter(kind for text in outline.json_ld for kind in TYPE.findall(text))
    for kind in [each.attrs["itemtype"] for each in outline.elements if "itemtype" in each.attrs]:
        if kind:
            declared[kind.rpartition("/")[2]] += 1
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
    classes = [elements[0].get("class")[:_MAX_CHARS].lower() for elements in alike]
    found = _find_words("\n".join(classes), overlapping=True)
    ends = [*accumulate(len(each) + 1 for each in classes)]
    pairs = {(bisect(ends, start), _GROUP_OF_WORD[which]) for which, start, _ in found}
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
    counts = dict.fromkeys(
        [f"links_{name}" for name in ("below", "beside", "relative", "away", "shares", "calls")], 0
    )
    people = 0
    for each in outline.by_tag["a"]:
        if not (href := each.attrs.get("href")) or href[0] == "#":
            continue
        _, found, rest = href.partition(root)
        if found:
            href = "/" + rest
        elif href.startswith(("tel:", "mailto:")):
            counts["links_calls"] += 1
            continue
        elif href.startswith(("http", "//")):
            counts["links_away"] += 1
            counts["links_shares"] += _SHARE.search(href, 0, _MAX_CHARS) is not None
            continue
        elif href[0] not in "/?":
            counts["links_relative"] += 1
            continue
        if own and href.startswith(above):
            is_below = href.startswith(below) and len(href) > len(below)
            counts["links_below" if is_below else "links_beside"] += 1
        for name in _PEOPLE:
            if name in href:
                people += 1
                break
    return {**counts, "links_people": people}


def _of_text(outline: Outline) -> dict[str, int]:
    margin = _margins(outline)
    blocks = [block for block in outline.blocks if not block.hidden]
    prose_chars = _PROSE_CHARS // (2 if _is_dense(blocks) else 1)
    heading = next((e for e in outline.by_tag["h1"] if e.last > e.first), None)
    start = heading.first if heading else 0
    total = links = margins = listed = before = code = headings = teasers = prices = date_near = 0
    run = best_run = gap = sentences = quotes = linked = 0
    dates: set[str] = set()
    lengths: list[int] = []
    parents, grandparents = Counter[int](), Counter[int]()
    for block in blocks:
        text, tag = block.text, block.element.tag
        size = len(text)
        total += size
        links += block.link_chars
        if block.index < start:
            before += size
        if size <= _DATE_CHARS and _DATE.search(text):
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
        lengths.append(size)
        sentences += sum(map(text.count, _ENDS)) + 1
        quotes += sum(map(text.count, _QUOTES))
        linked += block.link_chars > 0
        if (parent := block.element.parent) is not None:
            parents[parent.index] += size
            if parent.parent is not None:
                grandparents[parent.parent.index] += size
        run = size if gap > _GAP_CHARS else run + size
        best_run = max(best_run, run)
        gap = 0
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
        "share_sentences": _share(sentences, count),
        "share_quotes": _share(quotes, count),
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


def _is_dense(blocks: list[Block]) -> bool:
    """Say whether the page is in a script of which a character or two are a word."""
    sample = "".join([block.text[:200] for block in blocks[:200]])
    return len(_DENSE.findall(sample)) * 3 > len(sample)


def _margins(outline: Outline) -> bytearray:
    """Say for each block whether it stands in a margin."""
    inside = bytearray(len(outline.blocks))
    for each in outline.tagged(_MARGINS):
        if each.first < each.last and not inside[each.first]:
            inside[each.first : each.last] = b"\1" * (each.last - each.first)
    return inside


def _of_groups(outline: Outline) -> dict[str, int]:
    """Look at what repeats: elements of one name and class, most of which lead elsewhere (cards).

    The ``group`` is the one that holds most of the text.
    """
    blocks = outline.blocks
    chars = [0, *accumulate(0 if block.hidden else len(block.text) for block in blocks)]
    links = [0, *accumulate(0 if block.hidden else block.link_chars for block in blocks)]
    groups: dict[tuple[str, str], list[Element]] = {}
    for each in outline.elements:
        if each.is_block and each.last > each.first and (name := each.attrs.get("class")):
            groups.setdefault((each.tag, name), []).append(each)
    group = most = most_links = cards = cards_chars = 0
    for members in groups.values():
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
