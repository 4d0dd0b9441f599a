"""Names that our fields have in the rows of others: ``pubDate``, ``headline``, ``articleBody``."""

from collections.abc import Mapping
from functools import lru_cache

#: Our field to other common names of it, the surest first, in small letters and digits alone.
#: When a row was made or fetched is no date of publication, so no such name is here.
_OTHER_NAMES = {
    "id": "guid uuid articleid docid",
    "url": "link href permalink articleurl canonicalurl pageurl weburl sourceurl uri",
    "html": "rawhtml pagehtml contenthtml",
    "text": "body articlebody articletext fulltext maintext bodytext plaintext content story",
    "title": "headline articletitle heading",
    "summary": "description abstract excerpt teaser standfirst lead snippet",
    "authors": "author byline creator writer writers",
    "published_at": (
        "published pubdate publishdate publisheddate publicationdate publicationtime datepublished "
        "datepublish publishtime publishedtime publishedon publishedutc publishedatutc "
        "firstpublished firstpublishedat dateofpublication releasedate date datetime"
    ),
    "modified_at": "modified datemodified datemodify modifieddate updated updatedat lastmodified",
    "language": "lang languagecode",
    "publisher": "sitename sourcename publishername outlet newspaper",
    "section": "category",
    "tags": "keywords categories topics",
}
_BY_FIELD = {
    field: (field.replace("_", ""), *names.split()) for field, names in _OTHER_NAMES.items()
}


@lru_cache(maxsize=1024)
def other_names(columns: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """Return which of ``columns`` may hold each of our fields under another name.

    Capitals, spaces and signs between words are looked past.
    """
    found: dict[str, list[str]] = {}
    for column in columns:
        plain = "".join(filter(str.isalnum, column.lower()))
        found.setdefault(plain, []).append(column)
    by_field = {
        field: tuple(column for name in names for column in found.get(name, ()) if column != field)
        for field, names in _BY_FIELD.items()
    }
    return {field: columns for field, columns in by_field.items() if columns}
