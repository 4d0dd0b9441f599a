"""Steps of a user's own, as a configuration names them."""

from dataclasses import replace
from datetime import datetime

from newsbeam.transforms.core.own_steps import Drop, before_writing


def mark(article):
    return replace(article, section="harbour", tags=[*article.tags, "marked"])


def keep(article):
    return article


def drop_libraries(article):
    return Drop("off_topic", "No libraries.") if "library" in article.text else article


def fail_on_libraries(article):
    if "library" in article.text:
        raise RuntimeError("no shelf left")
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


@before_writing
def tag_revision(article):
    return replace(article, tags=(*article.tags, f"revision-{article.revision}"))


@before_writing
def drop_all(article):
    return Drop("embargo_of_ours")


NUMBER = 7
