"""Everything that crosses a shuffle is coded by a coder of ours: never by pickle."""

from datetime import UTC, datetime

import apache_beam as beam
import pytest
from apache_beam import coders

from newsbeam.pipelines.ingest import ingest_pass
from newsbeam.transforms.coders import RECORDS, RecordCoder, TallyCoder, register_coders
from newsbeam.transforms.core.context import PassContext
from newsbeam.transforms.core.ledger import Tally
from newsbeam.transforms.core.records import Article, DateClaim, Entry, Reject, Removed
from newsbeam.transforms.core.settings import Config
from newsbeam.transforms.sources.plan import Pass

NOW = datetime(2026, 11, 23, 12, 30, 15, 250, tzinfo=UTC)
PICKLING = ("FastPrimitivesCoder", "PickleCoder", "DillCoder", "CloudpickleCoder")


def test_no_group_or_flatten_of_the_main_job_falls_back_to_pickle(tmp_path):
    context = PassContext(root=str(tmp_path), unit="u", base=0, started_at=NOW, config=Config())
    pipeline = beam.Pipeline()
    ingest_pass(pipeline, Pass(sources=()), context)
    seen = {}

    class Visitor(beam.pipeline.PipelineVisitor):
        def visit_transform(self, node):
            if isinstance(node.transform, beam.GroupByKey | beam.Flatten):
                for collection in node.inputs:
                    coder = coders.registry.get_coder(collection.element_type)
                    seen[f"{node.full_label} {collection.element_type}"] = repr(coder)

    pipeline.visit(Visitor())
    assert len(seen) > 10
    assert {name for name, coder in seen.items() if any(bad in coder for bad in PICKLING)} == set()


@pytest.mark.parametrize(
    "record",
    [
        Entry(
            source_kind="feed",
            source_ref="https://a.example/feed",
            url="https://a.example/1",
            title="Überschrift 見出し",
            authors=("Ana Moreira",),
            published=DateClaim(at=NOW, source="feed", flags=("timezone_assumed",)),
            seen_at=NOW,
        ),
        Article(
            article_id="0" * 32,
            url=None,
            canonical_url=None,
            requested_url=None,
            domain=None,
            host=None,
            text="The council met on Monday.",
            language="en",
            language_confidence=0.75,
            fetched_at=NOW,
            first_seen_at=NOW,
            word_count=5,
            char_count=26,
            sentence_count=1,
            reading_minutes=1,
            completeness="full",
            cluster_id="0" * 32,
            content_hash="1" * 32,
            extractor="test",
            source_kind="url",
            source_ref="x",
            pipeline_version="0",
            page_kind="gallery",
            removed=(Removed(kind="caption", text="The quay at dusk."),),
        ),
        Reject(
            reject_id="0" * 32,
            stage="fetch",
            reason="timeout",
            detail="The deadline passed.",
            url=None,
            source_kind="url",
            source_ref="x",
            source_id=None,
            rejected_at=NOW,
        ),
    ],
)
def test_a_record_comes_back_as_it_was(record):
    coder = RecordCoder()
    assert coder.decode(coder.encode(record)) == record


def test_a_tally_comes_back_as_it_was():
    tally = Tally.of(["a", "b"])
    assert TallyCoder().decode(TallyCoder().encode(tally)) == tally


def test_every_record_has_its_coder():
    register_coders()
    for record in RECORDS:
        assert isinstance(coders.registry.get_coder(record), RecordCoder)
