"""Classes of characters, as the inside of a regular expression's brackets.

Python's ``re`` knows no Unicode properties, so the classes are computed once from ``unicodedata``.
"""

import re
import unicodedata
from collections.abc import Iterable

#: Cased scripts all lie here: Latin, Greek, Cyrillic, Armenian, Cherokee, Georgian, Latin and Greek
#: extended, fullwidth forms.
_CASED_BLOCKS = (
    range(0x41, 0x590),
    range(0x10A0, 0x1100),
    range(0x1C80, 0x1CC0),
    range(0x1E00, 0x2000),
    range(0x2C60, 0x2C80),
    range(0xA640, 0xA800),
    range(0xFF21, 0xFF5B),
)


def _as_class(codes: Iterable[int]) -> str:
    """Return ``codes`` as ranges for the inside of ``[...]``."""
    spans: list[list[int]] = []
    for code in codes:
        if spans and code == spans[-1][1] + 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return "".join(
        re.escape(chr(first)) + ("" if first == last else "-" + re.escape(chr(last)))
        for first, last in spans
    )


def _of_category(*categories: str) -> str:
    return _as_class(
        code
        for block in _CASED_BLOCKS
        for code in block
        if unicodedata.category(chr(code)) in categories
    )


#: Upper and lower case letters of the cased scripts.
UPPER = _of_category("Lu", "Lt")
LOWER = _of_category("Ll")
#: Both: a quarter as long as one after the other, since they mostly take turns, and so compiled in
#: less time.
CASED = _of_category("Lu", "Lt", "Ll")

#: Chinese characters and Japanese syllables: written without spaces, counted by character.
HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
KANA = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
CJK = HAN + KANA
HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3"
#: Scripts that write words without spaces between them: Thai, Lao, Burmese, Khmer.
UNSPACED = "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0edf\u1000-\u109f\u1780-\u17d3"
ARABIC = (
    "\u0620-\u065f\u066e-\u06d3\u06d5-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc"
)
#: Scripts of India, Sri Lanka, Tibet, Burma, Cambodia, Mongolia and the islands of Southeast Asia:
#: joiners change their letters.
INDIC = (
    "\u0900-\u0dff\u0f00-\u109f\u1700-\u18af\u1900-\u1aad\u1b00-\u1c7f\ua800-\ua95f\ua980-\uab2f"
    "\uabc0-\uabff\U00011000-\U00011fff"
)
#: Scripts beside Arabic whose letters join: Syriac, N'Ko, Mandaic and others, Rohingya, Adlam.
JOINING = "\u0700-\u089f\U00010a00-\U00010fff\U0001e900-\U0001e95f"

#: What ends a sentence. Those in FULL_WIDTH_ENDS are not followed by a space.
FULL_WIDTH_ENDS = "。！？｡"
SPACED_ENDS = ".!?…؟۔।॥։።፧؛"[:-1]
