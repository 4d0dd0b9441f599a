"""The words by which a page's makers name its parts: "product-card", "breadcrumb", "entry_content".

They come from the software that makes pages and from habit, in English almost everywhere, whatever
the language of the text. So do the names of what a page declares: its meta elements and the types
in its JSON-LD.
"""

import re

from newsbeam.transforms.pages.outline import Element, Outline

_PARTS = str.maketrans({chr(code): " " for code in range(128) if not chr(code).isalpha()})
#: Of what programs write there, styles and all, only so much is read.
_MAX_VALUE_CHARS = 300
#: Longer names of meta elements are of one site.
_MAX_META_CHARS = 40

#: A type that JSON-LD names.
TYPE = re.compile(r'"@type"\s*:\s*(?:\[\s*)?"(?:https?://schema\.org/)?(\w+)"')


def page_names(outline: Outline) -> frozenset[str]:
    """Return the words in classes and ids, in lower case, and what the page declares.

    The latter begin with what declares it: "ld:FAQPage", "og:website", "meta:author".
    """
    joined = " ".join(
        [
            names if len(names) <= _MAX_VALUE_CHARS else _beginnings(elements[0])
            for names, elements in outline.by_names.items()
        ]
    )
    words = joined.lower().translate(_PARTS).split()
    types = [f"ld:{name}" for text in outline.json_ld for name in TYPE.findall(text)]
    metas = [f"meta:{name}" for name in outline.meta if len(name) < _MAX_META_CHARS]
    kind = f"og:{(outline.first('og:type') or 'none').lower()}"
    return frozenset([*words, *types, *metas, kind])


def _beginnings(element: Element) -> str:
    return f"{element.get('class')[:_MAX_VALUE_CHARS]} {element.get('id')[:_MAX_VALUE_CHARS]}"
