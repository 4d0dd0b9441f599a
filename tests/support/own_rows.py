"""Steps of a user's own, as a configuration names them."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from newsbeam.transforms.core.own_steps import Drop, before_writing


def mark(article):
    return replace(article, section="harbour", tags=[*article.tags, "marked"])


def keep(article):
    return article


def sign_by_gone_press(article):
    return replace(article, publisher="Gone Press")


def drop_libraries(article):
    return Drop("off_topic", "No libraries.") if "library" in article.text else article


def fail_on_libraries(article):
    if "library" in article.text:
        raise RuntimeError("no shelf left")
    return article


def leave_on_libraries(article):
    if "library" in article.text:
        raise SystemExit(0)
    return article


def change_identity(article):
    return replace(article, article_id="0" * 32)


def change_text(article):
    return replace(article, text="Something else.")


def forget_to_return(article):
    article.tags  # noqa: B018


def use_a_reason_of_ours(article):
    return Drop("no_article")


def give_a_number_as_tag(article):
    return replace(article, tags=(1,))


def give_a_time_without_zone(article):
    return replace(article, published_at=datetime(2026, 3, 3))


def give_a_text_as_time(article):
    return replace(article, published_at="2026-01-01")


def give_a_number_beyond_all(article):
    return replace(article, tags=(10**30,))


def give_a_time_before_all(article):
    zone = timezone(timedelta(hours=5))
    return replace(article, published_at=datetime(1, 1, 1, tzinfo=zone))


def drop_without_a_sentence(article):
    return Drop("off_topic", 5)


@before_writing
def tag_revision(article):
    return replace(article, tags=(*article.tags, f"revision-{article.revision}"))


@before_writing
def drop_all(article):
    return Drop("embargo_of_ours")


NUMBER = 7
