"""Lines that are no part of an article, by rule and by recurrence."""

import pytest

from transforms.text.boilerplate import count_lines, learn_boilerplate, match_rule, strip_prefix

LINES = [
    ("Advertisement", "advertisement"),
    ("ADVERTISEMENT", "advertisement"),
    ("Story continues below", "advertisement"),
    ("Anzeige", "advertisement"),
    ("Реклама", "advertisement"),
    ("广告", "advertisement"),
    ("Read more:", "read_more"),
    ("Read more: The harbour opens again in May", "read_more"),
    ("Lesen Sie auch: Der Hafen öffnet wieder", "read_more"),
    ("À lire aussi", "read_more"),
    ("Lee también", "read_more"),
    ("Leia mais", "read_more"),
    ("Leggi anche:", "read_more"),
    ("Читайте также: Порт снова открыт", "read_more"),
    ("اقرأ أيضا", "read_more"),
    ("यह भी पढ़ें", "read_more"),
    ("関連記事", "read_more"),
    ("Baca juga: Pelabuhan dibuka", "read_more"),
    ("Sign up for our daily newsletter", "newsletter"),
    ("Get the best stories delivered to your inbox every day.", "newsletter"),
    ("Abonnez-vous à notre newsletter", "newsletter"),
    ("Suscríbete a nuestro boletín", "newsletter"),
    ("Follow us on Twitter", "follow_us"),
    ("Follow @harbourtimes", "follow_us"),
    ("Folgen Sie uns auf Facebook", "follow_us"),
    ("Share this with Facebook Twitter Email", "share_bar"),
    ("Facebook Twitter WhatsApp Email", "share_bar"),
    ("Teilen", "share_bar"),
    ("Image copyright Getty Images", "image_credit"),
    ("© 2023 Harbour Times. All rights reserved.", "copyright"),
    ("Alle Rechte vorbehalten.", "copyright"),
    ("Download our app for the latest news", "app"),
    ("Leave a comment", "comments"),
    ("Contact us at news@example.org.", "contact"),
    ("* * *".replace(" ", ""), "page_furniture"),
]


@pytest.mark.parametrize(("line", "rule"), LINES)
def test_takes_out_by_a_named_rule(line, rule):
    assert match_rule(line) == rule


PROSE = [
    "Advertisement spending rose by five percent in the harbour towns last year.",
    "More people than ever read more books, the library said on Tuesday.",
    "Sign language is taught at the school.",
    "Subscribers left the network in droves after the storm, its owner said on Tuesday.",
    "Share prices fell on Tuesday.",
    "Follow the money, the prosecutor said, and you will find the harbour master.",
    "The advertisement was withdrawn after complaints.",
    "Photo: that was all the thief left on the wall, and the museum has asked the police to help.",
    "Copyright law protects the song.",
    "Comments like these are rare, the minister said.",
    "Der Newsletter der Partei war am Dienstag Thema im Stadtrat, weil ihn niemand bestellt hat.",
    "More than 30 people were hurt.",
    "Close to the harbour, a ship sank.",
    "Print is dead, he said.",
    "Twitter said on Tuesday that it would close the account.",
    "Join us or leave, the rebels told the villagers.",
]


@pytest.mark.parametrize("line", PROSE)
def test_leaves_sentences(line):
    assert match_rule(line) is None
    assert strip_prefix(line) == line


def test_takes_a_glued_mark_off_a_paragraph():
    sentence = "The harbour opened again on Tuesday after a year of work, the mayor said."
    assert strip_prefix(f"ADVERTISEMENT {sentence}") == sentence
    assert strip_prefix(f"Advertisement{sentence}") == sentence


def _article(number: int, *lines: str) -> str:
    return "\n\n".join((f"Opening {number}.", f"Middle {number}.", *lines, f"End {number}."))


def test_learns_what_recurs_in_changing_company():
    articles = [("a.example", _article(n, "Our harbour, our news.")) for n in range(8)]
    articles += [("b.example", _article(n, "Our harbour, our news.")) for n in range(7)]
    counts = count_lines(articles)
    assert learn_boilerplate(counts) == {"a.example": frozenset({"Our harbour, our news."})}
    assert learn_boilerplate(counts, least_articles=7).keys() == {"a.example", "b.example"}


def test_a_story_told_again_is_not_boilerplate():
    story = "The ferry sank.\n\nNobody was hurt.\n\nThe mayor was there."
    assert learn_boilerplate(count_lines([("a.example", story)] * 20)) == {}


def test_counts_of_parts_add_up():
    articles = [("a.example", _article(n, "Stay tuned.")) for n in range(60)]
    whole = count_lines(articles)
    first, second = count_lines(articles[:25]), count_lines(articles[25:])
    key = ("a.example", "Stay tuned.")
    assert first[key] + second[key] == second[key] + first[key] == whole[key]
    assert whole[key].articles == 60
