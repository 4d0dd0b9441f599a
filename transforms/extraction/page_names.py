"""The words by which a page's makers name its parts: "product-card", "breadcrumb", "entry_content".

They come from the software that makes pages and from habit, in English almost everywhere, whatever
the language of the text. So do the names of what a page declares: its meta elements and the types
in its JSON-LD.
"""

import re

from newsbeam.transforms.extraction.outline import Outline

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
    attributes = [elements[0].attrs for elements in outline.by_names.values()]
    values = {each.get("class") for each in attributes} | {each.get("id") for each in attributes}
    joined = " ".join([value[:_MAX_VALUE_CHARS] for value in values if value])
    types = {f"ld:{name}" for text in outline.json_ld for name in TYPE.findall(text)}
    metas = {f"meta:{name}" for name in outline.meta if len(name) < _MAX_META_CHARS}
    kind = f"og:{(outline.first('og:type') or 'none').lower()}"
    return frozenset(joined.lower().translate(_PARTS).split()) | types | metas | {kind}
