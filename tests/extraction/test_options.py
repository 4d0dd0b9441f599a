"""Which pages that are no article are rejected, by who names them and by a setting."""

import pytest

from newsbeam.transforms.core.errors import REASONS
from newsbeam.transforms.core.records import SOURCE_KINDS
from newsbeam.transforms.core.settings import ExtractSettings, QualitySettings, TextSettings
from newsbeam.transforms.extraction.options import ExtractOptions, is_unwanted


def options(**extract) -> ExtractOptions:
    return ExtractOptions.of(ExtractSettings(**extract), TextSettings(), QualitySettings(), "0")


@pytest.mark.parametrize("source", SOURCE_KINDS)
def test_only_a_feed_vouches_for_a_page_that_is_no_article(source):
    assert is_unwanted(False, source, options()) == (source != "feed")
    assert not is_unwanted(True, source, options())


@pytest.mark.parametrize(("policy", "unwanted"), [("reject", True), ("write", False)])
@pytest.mark.parametrize("source", ["feed", "sitemap"])
def test_a_setting_decides_otherwise(policy, unwanted, source):
    assert is_unwanted(False, source, options(other_pages=policy)) == unwanted
    assert not is_unwanted(True, source, options(other_pages=policy))


def test_the_reason_is_known():
    assert "not_an_article" in REASONS


def test_the_settings_travel_with_the_pages():
    chosen = options(engine="trafilatura", keep_removed=False)
    assert (chosen.engine, chosen.keep_removed) == ("trafilatura", False)
    assert (options().engine, options().keep_removed) == ("newsbeam", True)
