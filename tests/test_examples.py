"""The examples in the docstrings of the transforms run, and do what they say."""

import doctest
import http.server
import threading
from collections import Counter
from functools import partial
from importlib import import_module

import apache_beam as beam
import pytest
from apache_beam.metrics import MetricsFilter
from jobs import page

import newsbeam.transforms as transforms
from newsbeam.transforms import resources
from newsbeam.transforms.core.records import Article, Entry, Page, Reject, Source
from newsbeam.transforms.core.settings import Config

NAMES = (
    *("ReadFiles", "PollSources", "FetchArticles", "ExtractArticles", "DropDuplicates"),
    *("FindEntities", "CommitDataset"),
)
FEED = """<rss version="2.0"><channel><title>Ellery News</title><item>
<title>A vote on the breakwater</title><link>{site}/story.html</link></item></channel></rss>"""


@pytest.fixture
def site(tmp_path):
    """A folder served on loopback, with the files that the examples name."""
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        (tmp_path / "feed.xml").write_text(FEED.format(site=url), "utf-8")
        for name in ("story", "copy"):
            text = page("harbour", url=f"https://ellery.example/{name}")
            (tmp_path / f"{name}.html").write_text(text, "utf-8")
        (tmp_path / "robots.txt").write_text("", "utf-8")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield url
        server.shutdown()
        thread.join()
    resources.close_all()


@pytest.fixture
def model(tmp_path):
    spacy = pytest.importorskip("spacy", reason="spaCy is an extra: run make test-entities")
    made = spacy.blank("en")
    made.add_pipe("entity_ruler").add_patterns([{"label": "GPE", "pattern": "Port Ellery"}])
    made.to_disk(tmp_path / "model")
    return str(tmp_path / "model")


@pytest.mark.parametrize("name", NAMES)
def test_the_example_runs(name, site, request, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    fetch = {"allow_addresses": ["127.0.0.0/8"], "delay_s": 0}
    known = {"SITE": site, "SETTINGS": Config(fetch=fetch)}
    if name == "FindEntities":
        known["MODEL"] = request.getfixturevalue("model")
    transform = getattr(transforms, name)
    finder = doctest.DocTestFinder(recurse=False)
    [example] = finder.find(transform, name, globs=known)
    assert example.examples
    said: list[str] = []
    failed, _ = doctest.DocTestRunner().run(example, out=said.append)
    assert not failed, "".join(said)


@pytest.mark.parametrize(
    ("name", "takes"),
    [
        ("ReadFiles", Source),
        ("PollSources", Source),
        ("FetchArticles", Entry),
        ("ExtractArticles", Page),
    ],
)
def test_inputs_and_outputs_have_types(name, takes):
    pipeline = beam.Pipeline()
    given = pipeline | beam.Create([]).with_output_types(takes)
    found = given | getattr(transforms, name)()
    assert found.articles.element_type is Article
    assert found.rejects.element_type is Reject
    with pytest.raises(beam.typehints.decorators.TypeCheckError):
        _ = pipeline | "Names" >> beam.Create(["a"]) | "Again" >> getattr(transforms, name)()


def test_steps_count_what_they_put_out(tmp_path):
    for name, text in (("a", page("harbour")), ("b", page("harbour")), ("empty", "")):
        (tmp_path / f"{name}.html").write_text(text, "utf-8")
    pipeline = beam.Pipeline()
    sources = [Source(ref=str(path)) for path in sorted(tmp_path.glob("*.html"))]
    read = pipeline | beam.Create(sources) | transforms.ReadFiles()
    _ = read.articles | transforms.DropDuplicates()
    result = pipeline.run()
    result.wait_until_finish()
    resources.close_all()
    counts: Counter[str] = Counter()
    for each in result.metrics().query(MetricsFilter().with_namespace("newsbeam"))["counters"]:
        counts[each.key.metric.name] += each.committed
    # Two pages are read; one article of the two is left by the step that drops duplicates.
    assert counts["articles"] >= 3
    assert counts["duplicates"] == 1
    [reason] = [name for name in counts if name.startswith("rejects_")]
    assert counts["rejects"] == counts[reason] == 1


def test_duplicates_are_dropped_from_articles_alone():
    pipeline = beam.Pipeline()
    articles = pipeline | beam.Create([]).with_output_types(Article)
    tables = articles | transforms.DropDuplicates()
    assert tables["articles"].element_type is Article


def test_what_is_imported_from_the_package_is_there():
    for name in transforms.__all__:
        assert getattr(transforms, name) is not None
    with pytest.raises(AttributeError, match="NoSuchStep"):
        _ = transforms.NoSuchStep


def test_coders_are_registered_by_importing_a_step():
    import_module("newsbeam.transforms.read")
    coder = beam.coders.registry.get_coder(Article)
    assert type(coder).__name__ == "RecordCoder"
