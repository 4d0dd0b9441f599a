"""The words by which a page's makers name its parts: "product-card", "breadcrumb", "entry_content".

They come from the software that makes pages and from habit, in English almost everywhere, whatever
the language of the text.
"""

from collections.abc import Iterable

from newsbeam.transforms.extraction.outline import Element

_PARTS = str.maketrans({chr(code): " " for code in range(128) if not chr(code).isalpha()})
#: Of what programs write there, styles and all, only so much is read.
_MAX_VALUE_CHARS = 300


def page_names(elements: Iterable[Element]) -> frozenset[str]:
    """Return the words in classes and ids of ``elements``, in lower case."""
    attributes = [each.attrs for each in elements if each.attrs]
    values = {each.get("class") for each in attributes} | {each.get("id") for each in attributes}
    joined = " ".join([value[:_MAX_VALUE_CHARS] for value in values if value])
    return frozenset(joined.lower().translate(_PARTS).split())
