"""Adverts among the paragraphs of an article: they change with each visit, the article does not."""

import re

from lxml.html import HtmlElement

#: Names that a page's own markup gives to places for adverts, as whole words of class or id.
_WORDS = re.compile(
    r"(?:^|[\s_-])(?:ads?|adverts?|advertisements?|advertising|adslot|adbox|anzeigen?|werbung"
    r"|publicidad|publicite|publicidade|pubblicita|reklame|reklama)(?:$|[\s_-])",
    re.IGNORECASE,
)
_BLOCKS = ("div", "section", "aside", "ins", "figure")
#: More text than this is no advert, whatever its markup says: pages wrap whole articles so.
_MAX_CHARS = 400


def drop_adverts(tree: HtmlElement) -> None:
    """Take the blocks out of ``tree`` that say of themselves that they are adverts."""
    for element in list(tree.iter(*_BLOCKS)):
        names = f"{element.get('class', '')} {element.get('id', '')}"
        if (
            _WORDS.search(names)
            and element.getparent() is not None
            and sum(map(len, element.itertext())) <= _MAX_CHARS
        ):
            element.drop_tree()
