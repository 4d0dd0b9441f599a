"""What the blocks of a page are that are not the text of its article.

Each visible block ends in one class. The model says which are text; what a reader would call the
rest follows from where it stands and what its makers call it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice

from newsbeam.transforms.core.records import Removed
from newsbeam.transforms.extraction.features import AT
from newsbeam.transforms.extraction.walls import says_wall
from newsbeam.transforms.pages.outline import HEADINGS, Block, Element, named

TEXT = "text"
_is_caption_name = named(
    r"(?:^|[\s_-])(?:(?:img|image|photo|picture|pic|media|foto|bild|video)[_-]?(?:caption|cptn|credits?|copyright"
    r"|source|legend)|caption(?:[_-]?text)?|cptn|bildunter(?:schrift|zeile)|bildtext"
    r"|bild(?:nachweis|quelle|credit)|l[eé]gende|didascalia|pie-?(?:de-?)?foto|fotocredit)(?:$|[\s_-])",
    *("caption", "cptn", "credit", "copyright", "source", "legend", "bild", "gende", "didascalia"),
    *("foto",),
)
#: Adverts change with each visit, the article does not.
_is_advert_name = named(
    r"(?:^|[\s_-])(?:ads?|adverts?|advertisements?|advertising|adslot|adbox|anzeigen?|werbung"
    r"|publicidad|publicite|publicidade|pubblicita|reklame|reklama)(?:$|[\s_-])",
)
#: What the site asks of its readers, and what opens when they ask for it.
_is_call_name = named(
    r"(?:^|[\s_-])(?:call-?to-?action|(?:inline-?)?cta-?box|inline-?cta|donat(?:e|ions?)|spenden?|appeal|crowdfunding|patreon"
    r"|newsletter-?(?:box|sign-?up|form|teaser|cta)|sign-?up|subscribe|mailing-?list|follow-?us"
    r"|(?:app|whatsapp)-?(?:box|promo|teaser)|promo-?(?:box|text)|(?:membership|support)-?(?:us|box|banner|cta)"
    r"|comments?-(?:link|teaser)|pop-?ups?|layer-?pop)(?:$|[\s_-])",
)
#: What newsrooms put beside a story, to be read by itself.
_is_fact_box_name = named(
    r"(?:^|[\s_-])(?:facts?[_-]?box|fakta[_-]?(?:boks|box|ruta)|fakten[_-]?(?:box|kasten))(?:$|[\s_-])",
    *("fact", "fakt"),
)
_ROLES = frozenset({"dialog", "alertdialog"})
#: A box of more blocks holds a part of the article, whatever it is called.
_MAX_CALL_BLOCKS, _MAX_ADVERT_BLOCKS = 8, 30
#: What is longer is an article round which somebody sells something.
_MAX_ADVERT_CHARS = 300
_FIGURES = frozenset({"figure", "figcaption"})
#: A question may be a button that opens its answer, an ingredient one to tick.
_ITEMS = HEADINGS | {"li", "dt", "dd", "td", "th", "summary"}
#: What is longer is an article in a strange place.
_MAX_CAPTION_CHARS = 600
_MAX_LINE_CHARS = 160
_LEVELS, _BOX_LEVELS = 3, 6
_LINKED = 600
#: Classes by the groups of names that mark them, how near one must be, nearest class first.
_BY_NAME = [
    (name, [AT[group] for group in groups], near)
    for name, groups, near in (
        ("comment", ("comment",), 4),
        ("related", ("related", "teaser"), 3),
        ("call", ("call", "notice"), 2),
        ("credit", ("author",), 2),
        ("frame", ("menu", "share", "footer", "side", "header", "form", "tags", "advert"), 3),
        ("frame", ("in_nav", "in_footer", "in_aside", "in_header", "in_form"), 8),
    )
]
#: So much is told of each piece that was taken out.
_MAX_REMOVED_CHARS = 200
#: So many blocks behind the text are still near it.
BEHIND = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Blocks that are known to be something else than text, by their index in the outline."""

    headline: range = range(0)
    byline: Collection[int] = ()
    date: Collection[int] = ()


def is_caption(block: Block) -> bool:
    """Say whether a block is the caption of a picture, or who took it."""
    if len(block.text) > _MAX_CAPTION_CHARS:
        return False
    for mark in block.marks:
        if mark.end - mark.start >= 0.9 * len(block.text) and _is_caption_name(mark.element.names):
            return True
    for level, element in enumerate(block.element.chain()):
        if element.tag in _FIGURES:
            # A figure may hold a quote or a table, which are text.
            return block.element.within("blockquote", "table") is None
        if level < _LEVELS and _is_caption_name(element.names):
            return True
        if element.tag in ("article", "main", "body"):
            return False
    return False


def is_advert(block: Block, held: Sequence[int], headline: range = range(0)) -> bool:
    """Say whether a block stands in a box that calls itself an advert, a call or a dialogue.

    A box that holds the headline holds the article, and so does one with most of the text.
    ``held`` is how much text stands before each block of the outline, and on the whole page.
    """
    if len(block.text) > _MAX_ADVERT_CHARS:
        return False
    for level, element in enumerate(block.element.chain()):
        if level >= _LEVELS or element.tag in ("article", "main", "body"):
            return False
        if headline and element.first <= headline.start < element.last:
            return False
        blocks = element.last - element.first
        if (blocks <= _MAX_ADVERT_BLOCKS and _is_advert_name(element.names)) or (
            blocks <= _MAX_CALL_BLOCKS and _asks(element)
        ):
            return 2 * (held[element.last] - held[element.first]) < held[-1]
    return False


def is_fact_box(block: Block, held: Sequence[int]) -> bool:
    """Say whether a block stands in a box of facts beside the story, unless that is most of it.

    ``held`` is that of ``is_advert``.
    """
    for element in islice(block.element.chain(), _BOX_LEVELS):
        if element.tag in ("article", "main", "body"):
            return False
        if _is_fact_box_name(element.names):
            return 2 * (held[element.last] - held[element.first]) < held[-1]
    return False


def is_control(block: Block) -> bool:
    """Say whether a block is nothing but the controls of a form: a label and a button, say."""
    text = block.text
    if len(text) > _MAX_LINE_CHARS or block.element.tag in _ITEMS or text[-1] in ".!?":
        return False
    controls = [mark for mark in block.marks if mark.element.tag in ("button", "label")]
    if sum(mark.end - mark.start for mark in controls) < 0.9 * len(text):
        return False
    return len(controls) > 1 or block.element.within("form") is not None


def _asks(element: Element) -> bool:
    attrs = element.attrs
    if element.tag == "dialog" or "aria-modal" in attrs or attrs.get("role") in _ROLES:
        return True
    return _is_call_name(element.get("class"))


def known_class(block: Block, known: Known) -> str | None:
    """Return the class of a block that is known whatever the model says."""
    if block.index in known.headline:
        return "headline"
    if len(block.text) <= _MAX_LINE_CHARS:
        if block.index in known.byline:
            return "byline"
        is_time = block.text[-1] not in ".!?" and any(
            mark.element.tag == "time" and mark.end - mark.start == len(block.text)
            for mark in block.marks
        )
        if is_time or block.index in known.date:
            return "date"
    return None


def other_class(block: Block, row: Sequence[int]) -> str:
    """Return what a block is that is neither text nor a caption, by its features."""
    for name, places, near in _BY_NAME:
        for place in places:
            if row[place] <= near:
                return name
    if len(block.text) < 400 and says_wall(block.text):
        return "call"
    if row[AT["linked"]] > _LINKED:
        return "related" if row[AT["size"]] > 40 else "frame"
    return "credit" if row[AT["signs"]] else "other"


def list_removed(blocks: Sequence[Block], classes: Sequence[str]) -> tuple[Removed, ...]:
    """Return what of a page was taken out as what, between the headline and what follows the text.

    Menus far from the text are no news to anybody.
    """
    text = [place for place, each in enumerate(classes) if each == TEXT]
    heads = [place for place, each in enumerate(classes) if each == "headline"]
    if not text:
        return ()
    first = min([*heads[:1], text[0]])
    removed = [
        Removed(kind=kind, text=" ".join(block.text.split())[:_MAX_REMOVED_CHARS])
        for block, kind in zip(
            blocks[first : text[-1] + BEHIND], classes[first : text[-1] + BEHIND], strict=True
        )
        if kind != TEXT
    ]
    return tuple(removed)
