"""Pages round one story, as tests write them, and the text that is read in them."""

from datetime import UTC, datetime

from newsbeam.transforms.core.records import Article, Entry, Page, Reject
from newsbeam.transforms.core.settings import ExtractSettings, QualitySettings, TextSettings
from newsbeam.transforms.extraction.article import extract_article
from newsbeam.transforms.extraction.options import ExtractOptions

OPTIONS = ExtractOptions.of(ExtractSettings(), TextSettings(), QualitySettings(), "test")
NOW = datetime(2026, 11, 2, tzinfo=UTC)
H1 = "<h1>Ellenby will dredge its basin</h1>"
STORY = [
    "The harbour board of Ellenby agreed on Friday to dredge the inner basin before the herring "
    "fleet comes home, although three of its nine members thought the price too high.",
    "Dredging has been put off twice since the flood of 2021, when silt closed the fuel quay and "
    "the lifeboat had to be moored at the breakwater for most of a winter.",
    "“We have waited long enough,” said the harbour master, Ina Torvald, who has counted forty "
    "groundings in the fairway since the spring and expects more when the nights grow long.",
    "A firm from across the sound is to do the work with a single barge, which will lie at the "
    "coal pier by day and must be gone before the evening ferry turns in the basin.",
    "Fishermen asked the board to leave the western slip open, because the small boats cannot "
    "reach the ice house any other way once the swell comes in from the north.",
    "The board will meet again in a month to hear what was found in the mud, which may have to be "
    "taken to a dump inland if the old paint yard has poisoned it.",
]
#: Another one, of which a page shows more than its headline.
OTHER = [
    "The lamp of the northern breakwater has been lit again after a winter in which it stood dark "
    "because no smith in the county could mend its clockwork.",
    "A retired teacher of physics took it apart on his kitchen table and found that a single tooth "
    "of one wheel had been worn away by salt.",
    "He asked for no money, but the pilots rowed him out to see the first turn of the light, and "
    "gave him a dinner of cod when they were back.",
]
#: Headlines and first lines of others.
CARDS = [
    ("The ferry gets a second crew", "Three sailors of the old line come back in spring."),
    ("A lamp for the breakwater", "The light can be seen from the island on clear nights."),
    ("Who will lead the fish auction", "Two men and a woman have asked for the office."),
]


def outcome_of(body: str, *, head: str = "") -> Article | Reject:
    markup = (
        f"<html lang=en><head><title>Ellenby will dredge its basin</title>{head}</head>"
        f"<body>{body}</body></html>"
    )
    entry = Entry(source_kind="feed", source_ref="https://ellenby.example/feed", seen_at=NOW)
    url = "https://ellenby.example/news/ellenby-will-dredge-its-basin"
    page = Page(entry=entry, url=url, body=markup.encode(), media="html", fetched_at=NOW)
    return extract_article(page, OPTIONS)


def extract(body: str, *, head: str = "") -> Article:
    outcome = outcome_of(body, head=head)
    assert isinstance(outcome, Article), outcome
    return outcome


def paragraphs(body: str, *, head: str = "") -> list[str]:
    return extract(body, head=head).text.split("\n\n")


def p(lines: list[str]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)
