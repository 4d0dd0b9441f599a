"""The page of a report in a browser, where there is one."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from browser import CHROMIUM, browser
from jobs import PARAGRAPHS, Dataset

from newsbeam.pipelines.cli import run
from newsbeam.pipelines.report import write_report
from newsbeam.transforms.core.settings import DatasetSettings

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")

#: Elements that stand out of the page on its right, outside of what is hidden on purpose.
_TOO_WIDE = """
[...document.querySelectorAll('body *')].filter(each => {
  const box = each.getBoundingClientRect();
  return box.width > 1 && box.right > window.innerWidth + 1;
}).map(each => each.tagName + ' ' + each.textContent.slice(0, 60)).slice(0, 5)
"""
_BARE = """
[...document.querySelectorAll('svg:not([aria-hidden])')].filter(each => {
  const named = each.getAttribute('aria-labelledby').split(' ');
  const texts = named.map(name => document.getElementById(name).textContent);
  return each.getAttribute('role') !== 'img' || texts.length !== 2 || texts.some(text => !text) ||
    each.querySelector('title').id !== named[0] || each.querySelector('desc').id !== named[1];
}).length
"""
_CARDS = "getComputedStyle(document.querySelector('#sizes tbody tr')).display"
_BACKGROUND = "getComputedStyle(document.body).backgroundColor"


@pytest.fixture
def page(dataset: Dataset, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A page about articles with long words, and inputs that fail."""
    long = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstelle" * 3
    rows: list[dict[str, Any]] = [
        {
            "url": f"https://paper-{number}.example/{long}/{number}",
            "title": long if number % 2 else f"Title <b>{number}</b>",
            "publisher": f"{long} {number}",
            "published_at": f"2026-03-{number % 28 + 1:02}T09:30:00Z",
            "text": f"Story {number}. " + " ".join(PARAGRAPHS["harbour"]),
        }
        for number in range(40)
    ]
    rows.append({"url": f"https://short.example/{long}", "text": "Too short."})
    source = tmp_path / f"{long[:150]}.jsonl"
    source.write_text("\n".join(map(json.dumps, rows)))
    dataset.ingest(source, duplicates__near=False)
    (tmp_path / "void.html").write_bytes(b"")
    dataset.ingest(tmp_path / "void.html")
    target = tmp_path / "report.html"
    write_report(str(dataset.root), str(target), DatasetSettings())
    return target


def test_it_fits_and_asks_for_nothing(page: Path):
    async def look() -> None:
        async with browser() as tab:
            grounds = set()
            for width, scheme in ((1280, "light"), (390, "light"), (390, "dark")):
                await tab.open(page, width, scheme)
                assert await tab.ask("document.documentElement.scrollWidth") <= width
                await tab.ask("document.querySelectorAll('details').forEach(e => e.open = true)")
                assert await tab.ask("document.documentElement.scrollWidth") <= width
                assert await tab.ask(_TOO_WIDE) == []
                assert await tab.ask("document.querySelectorAll('svg[role=img]').length") > 10
                assert await tab.ask(_BARE) == 0
                assert await tab.ask(_CARDS) == ("flex" if width == 390 else "table-row")
                grounds.add(await tab.ask(_BACKGROUND))
                assert tab.requests == [page.as_uri()]
                assert tab.errors == []
            assert len(grounds) == 2  # light and dark

    asyncio.run(asyncio.wait_for(look(), 100))


def test_a_page_on_standard_output(dataset: Dataset, page: Path, capsys):
    capsys.readouterr()
    assert run(["report", str(dataset.root), "--html", "-"]) == 0
    assert capsys.readouterr().out.startswith("<!doctype html>")
