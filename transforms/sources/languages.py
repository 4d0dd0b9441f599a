"""Language tags as sources write them, in the form of BCP 47."""

import re

_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


def tag_language(text: object) -> str | None:
    """Return the BCP 47 tag that ``text`` means ("EN_us" → "en-US"), None if it means none."""
    if not isinstance(text, str):
        return None
    tag = text.strip().replace("_", "-")
    if not _TAG.fullmatch(tag) or tag.lower() == "und":
        return None
    first, *rest = tag.split("-")
    return "-".join(
        (
            first.lower(),
            *(
                part.upper() if len(part) == 2 else part.title() if len(part) == 4 else part.lower()
                for part in rest
            ),
        )
    )
