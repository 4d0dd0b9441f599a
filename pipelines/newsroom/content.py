"""What the newsroom publishes: publishers, articles and troubles, read from ``content/``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import quote

import yaml
from pydantic import AwareDatetime, BaseModel, ConfigDict

from newsbeam.pipelines.newsroom.behaviour import Behaviour

CONTENT = Path(__file__).parent / "content"

#: Markup within a paragraph: [words](target) is a link, *words* is stressed.
INLINE = re.compile(r"\[(?P<words>[^]]+)\]\((?P<target>[^)]+)\)|\*(?P<stressed>[^*]+)\*")

_MEDIA_TYPES = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "rdf": "application/rdf+xml",
    "json": "application/feed+json",
    "opml": "text/x-opml",
}


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Feed(_File):
    """One list of articles or of other lists: a feed, a sitemap, a sitemap index or an OPML."""

    path: str
    format: Literal[
        "rss", "atom", "rdf", "json", "news_sitemap", "sitemap", "sitemap_index", "opml"
    ]
    links: Literal["plain", "tracked", "relative", "mobile"] = "plain"
    guids: bool = True
    sections: tuple[str, ...] = ()  # only these; empty: all
    holds: Literal["articles", "links"] = "articles"
    lists: tuple[str, ...] = ()  # of a sitemap index or OPML: the URLs in it
    input: bool = True

    @property
    def media_type(self) -> str:
        """The content type without parameters."""
        return _MEDIA_TYPES.get(self.format, "application/xml")


class Publisher(_File):
    """One outlet: its host, its looks and its feeds."""

    key: str
    host: str
    mobile_host: str | None = None
    name: str
    language: str
    direction: Literal["ltr", "rtl"] = "ltr"
    layout: Literal["app", "graph", "open_graph", "microdata", "plain", "legacy"]
    charset: str = "utf-8"
    path: str
    robots: str = "User-agent: *\nAllow: /\n"
    feeds: tuple[Feed, ...] = ()


class Edit(_File):
    """One change that a reprint makes: paragraph N (from 1) becomes ``text``, or goes if empty."""

    paragraph: int | None = None
    after: int | None = None  # instead: a new paragraph after the Nth of the original
    text: str


class Revision(_File):
    """What the second edition of an article says."""

    title: str
    text: str


class ArticleFile(_File):
    """One file of ``content/articles/<publisher>/``; a reprint takes the rest from its source."""

    title: str
    published_at: AwareDatetime
    modified_at: AwareDatetime | None = None
    authors: tuple[str, ...] = ()
    section: str
    tags: tuple[str, ...] = ()
    subtitle: str | None = None
    summary: str | None = None
    text: str = ""
    agency: str | None = None
    dateline_place: str | None = None
    caption: str | None = None
    edition: Literal[1, 2] = 1
    revised: Revision | None = None
    reprint_of: str | None = None
    how: Literal["exact", "near"] | None = None
    edits: tuple[Edit, ...] = ()
    paywalled: int | None = None
    undated: bool = False
    listed: bool = True
    layout: Literal["app", "graph", "open_graph", "microdata", "plain", "legacy"] | None = None
    charset: str | None = None
    charset_header: str | None = None


class Outcome(_File):
    """How a run has to reject something."""

    stage: Literal["poll", "fetch", "extract"]
    reason: str
    status: int | None = None


class Trouble(_File):
    """One URL at which something is out of the ordinary."""

    url: str
    why: str
    title: str | None = None
    listed: bool = True
    answer: Behaviour | None = None
    outcome: Outcome | None = None
    story: str | None = None


_Model = TypeVar("_Model", bound=_File)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One article of one publisher, as it stands in one edition."""

    key: str  # publisher/slug
    slug: str
    publisher: Publisher
    title: str
    subtitle: str | None = None
    summary: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None
    modified_at: datetime | None = None
    section: str
    tags: tuple[str, ...] = ()
    paragraphs: tuple[str, ...]  # with the marks of links and stress; "## " is a subheading
    paywalled: int | None = None  # how many paragraphs are free
    agency: str | None = None
    dateline_place: str | None = None
    caption: str | None = None
    layout: str
    charset: str  # of the bytes and of the page's own meta element
    charset_header: str  # of the Content-Type header
    edition: int = 1  # in which it first appears
    reprint_of: str | None = None
    how: str | None = None
    listed: bool = True
    revision: tuple[str, tuple[str, ...]] | None = None  # title and paragraphs of edition 2
    path: str

    @property
    def url(self) -> str:
        """The canonical URL."""
        return f"http://{self.publisher.host}{self.path}"

    @property
    def mobile_url(self) -> str:
        """The same page on the mobile host, for publishers that have one."""
        return f"http://{self.publisher.mobile_host or self.publisher.host}{self.path}"

    @property
    def amp_url(self) -> str:
        """The AMP form."""
        return f"http://{self.publisher.host}/amp/{self.slug}"

    @property
    def shown(self) -> tuple[str, ...]:
        """The paragraphs that the page shows, as a reader sees them."""
        return tuple(
            INLINE.sub(lambda found: found["words"] or found["stressed"], part).removeprefix("## ")
            for part in self.paragraphs[: self.paywalled]
        )

    def revise(self, at: datetime) -> "Story":
        """Return the second edition, modified at ``at``; most stories stay as they are."""
        if self.revision is None:
            return self
        title, paragraphs = self.revision
        return replace(self, title=title, paragraphs=paragraphs, modified_at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything that a newsroom serves, and the inputs that a run starts from."""

    publishers: tuple[Publisher, ...]
    stories: tuple[Story, ...]
    troubles: tuple[Trouble, ...] = ()
    inputs: tuple[str, ...]
    phrases: Mapping[str, Mapping[str, str]]


def load_content(folder: Path = CONTENT) -> Content:
    """Read the content of ``folder``; a fault in a file is a ``ValueError`` that names it."""
    publishers = tuple(_parse(Publisher, folder / "publishers.yaml"))
    files = {
        f"{publisher.key}/{path.stem}": _parse(ArticleFile, path)[0]
        for publisher in publishers
        for path in sorted((folder / "articles" / publisher.key).glob("*.yaml"))
    }
    by_key = {publisher.key: publisher for publisher in publishers}
    stories = tuple(
        make_story(by_key[key.partition("/")[0]], key, _complete(file, files))
        for key, file in files.items()
    )
    places = {story.key: story for story in stories}
    troubles = tuple(
        trouble.model_copy(update={"url": _resolve(trouble.url, places)})
        for trouble in _parse(Trouble, folder / "troubles.yaml")
    )
    feeds = [
        f"http://{publisher.host}{feed.path}"
        for publisher in publishers
        for feed in publisher.feeds
        if feed.input
    ]
    singles = [story.url for story in stories if not story.listed]
    return Content(
        publishers=publishers,
        stories=stories,
        troubles=troubles,
        inputs=(*feeds, *singles),
        phrases=load_phrases(folder),
    )


def load_phrases(folder: Path = CONTENT) -> Mapping[str, Mapping[str, str]]:
    """Read the words around articles, by language."""
    phrases: Mapping[str, Mapping[str, str]] = _read(folder / "phrases.yaml")
    return phrases


def make_story(publisher: Publisher, key: str, file: ArticleFile) -> Story:
    """Return the story that ``file`` describes, at its place on the site of ``publisher``."""
    slug = key.partition("/")[2]
    path = publisher.path.format(
        slug=slug,
        section=file.section.lower().replace(" ", "-"),
        number=1000 + int.from_bytes(blake2b(key.encode(), digest_size=4).digest()) % 90_000,
        date=file.published_at,
    )
    charset = file.charset or publisher.charset
    revised = file.revised
    return Story(
        key=key,
        slug=slug,
        publisher=publisher,
        title=file.title,
        subtitle=file.subtitle,
        summary=file.summary,
        authors=file.authors,
        published_at=None if file.undated else file.published_at,
        modified_at=file.modified_at,
        section=file.section,
        tags=file.tags,
        paragraphs=split_paragraphs(file.text),
        paywalled=file.paywalled,
        agency=file.agency or None,
        dateline_place=file.dateline_place or None,
        caption=file.caption,
        layout=file.layout or publisher.layout,
        charset=charset,
        charset_header=file.charset_header or charset,
        edition=file.edition,
        reprint_of=file.reprint_of,
        how=file.how,
        listed=file.listed,
        revision=(revised.title, split_paragraphs(revised.text)) if revised else None,
        path=quote(path, safe="/?=&-._~"),
    )


def split_paragraphs(text: str) -> tuple[str, ...]:
    """Return the paragraphs of ``text``, which empty lines part; a line break within is a space."""
    return tuple(" ".join(part.split()) for part in text.split("\n\n") if part.strip())


def _complete(file: ArticleFile, files: Mapping[str, ArticleFile]) -> ArticleFile:
    """Give a reprint the text, credits and authors of its source, with its own edits."""
    if file.reprint_of is None:
        return file
    source = files[file.reprint_of]
    paragraphs = {float(n): part for n, part in enumerate(split_paragraphs(source.text), start=1)}
    for edit in file.edits:
        paragraphs[edit.paragraph or (edit.after or 0) + 0.5] = " ".join(edit.text.split())
    inherited: dict[str, Any] = {
        "text": "\n\n".join(part for _, part in sorted(paragraphs.items()) if part)
    }
    for name in ("authors", "summary", "agency", "dateline_place"):
        if name not in file.model_fields_set:
            inherited[name] = getattr(source, name)
    return file.model_copy(update=inherited)


def _resolve(url: str, stories: Mapping[str, Story]) -> str:
    kind, _, key = url.partition(":")
    if kind not in ("story", "amp", "mobile"):
        return url
    story = stories[key]
    return {"story": story.url, "amp": story.amp_url, "mobile": story.mobile_url}[kind]


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _parse(model: type[_Model], path: Path) -> list[_Model]:
    data = _read(path)
    try:
        return [model.model_validate(one) for one in (data if isinstance(data, list) else [data])]
    except ValueError as error:
        raise ValueError(f"{path} is not as the newsroom needs it: {error}") from error
