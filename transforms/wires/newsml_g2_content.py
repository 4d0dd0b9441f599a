"""The content set of an item of NewsML-G2: one text of several, or where it is."""

from newsbeam.transforms.wires.bodies import Body, is_text, read_base64, read_element, read_text
from newsbeam.transforms.wires.codes import is_text_address
from newsbeam.transforms.wires.nitf import Story, read_story
from newsbeam.transforms.wires.xml_tree import LANG, Element, Parts, attribute, name_of


def read_content(contents: Parts, language: str | None) -> tuple[Body, Story | None, str | None]:
    """Return the one text of the alternatives that the item holds.

    Markup goes before plain text, and the content's own language before others.
    """
    best: tuple[int, Body, Story | None, str | None] = (9, Body(), None, None)
    for part in contents.every("inlinexml", "inlinedata"):
        body, story = _read_part(part)
        lang = _language_of(part)
        rank = 0 if name_of(part) == "inlinexml" else 2
        rank += bool(language and lang and lang.lower() != language.lower())
        if (body.paragraphs or story) and rank < best[0]:
            best = rank, body, story, lang
    return best[1:]


def _read_part(part: Element) -> tuple[Body, Story | None]:
    document = next(iter(part), None)
    if document is None:
        said = (attribute(part, "encoding", "encodinguri") or "").lower()
        return (read_base64 if said.endswith("base64") else read_text)(part.text), None
    if name_of(document) == "nitf":
        story = read_story(document)
        return story.body, story
    return read_element(part) if is_text(document) else Body(), None


def _language_of(part: Element) -> str | None:
    document = next(iter(part), None)
    return attribute(part, LANG) or attribute(document, LANG, "lang", "baselang")


def find_text_url(contents: Parts) -> str | None:
    """Return where the text is, if it does not come along."""
    for each in contents.every("remotecontent"):
        href = attribute(each, "href")
        if is_text_address(href, attribute(each, "contenttype")):
            return href
    return None
