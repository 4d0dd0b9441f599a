"""News agencies of the world, as ``credits`` reads them."""

from newsbeam.transforms.text.tables import read_table

#: Spelling → short name.
SPELLINGS: dict[str, str] = {
    spelling: name
    for name, others in read_table("agencies.tsv")
    for spelling in (name, *others.split("|"))
    if spelling
}
#: The same in any case, for spellings that are too long to be another word.
_FOLDED = {spelling.casefold(): name for spelling, name in SPELLINGS.items() if len(spelling) > 4}


def find_agency(written: str) -> str | None:
    """Return the short name of the agency that is written ``written``, None if it is not known."""
    written = written.strip(" .,:;-–—«»\"'“”/")
    return SPELLINGS.get(written) or _FOLDED.get(written.casefold())
