"""What a Dataflow flex template runs: it submits one pass as one job, and ends.

    gcloud dataflow flex-template build gs://B/newsbeam.json --sdk-language PYTHON \
      --image REGISTRY/newsbeam-template:0.1.0 --metadata-file metadata.json
    gcloud dataflow flex-template run news-1 --template-file-gcs-location gs://B/newsbeam.json \
      --region R --parameters inputs='gs://B/in/**',output=gs://B/news \
      --parameters sdk_container_image=REGISTRY/newsbeam-worker:0.1.0

``newsbeam ingest`` waits for each of its passes, and a template must not wait, so this plans a pass
as the command does. What the pass has no room for is left for the next launch: give it much room.

Run in process with this code, and up to Dataflow's door; never on Dataflow (docs/deploy.md).
"""

import argparse
import sys
from collections.abc import Sequence

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions, SetupOptions

from newsbeam.pipelines.config import load_config
from newsbeam.pipelines.ingest import ingest_pass
from newsbeam.pipelines.plan import resolve_inputs
from newsbeam.pipelines.run import mark_reading
from newsbeam.transforms.alone import new_pass
from newsbeam.transforms.core.own_steps import load_steps
from newsbeam.transforms.dataset.polls import last_polls
from newsbeam.transforms.dataset.recovery import recover
from newsbeam.transforms.sources.plan import next_pass

#: For eight workers of four cores, each of which Beam gives four processes; `settings` overrides.
SETTINGS = (
    *("passes.max_bytes=8000000000", "read.shards=64"),
    *("fetch.shards=32", "duplicates.shards=64", "extract.workers=1"),
)


def main(arguments: Sequence[str]) -> None:
    """Submit the job that ``arguments`` describe; all but the parameters are options of Beam's."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--inputs", required=True, help="with spaces between them")
    parser.add_argument("--output", required=True)
    parser.add_argument("--settings", default="", help="KEY=VALUE, with spaces between them")
    given, beam_args = parser.parse_known_args(arguments)

    config = load_config(None, (*SETTINGS, *given.settings.split()))
    load_steps(config.steps)
    recover(given.output, config.dataset)
    context = new_pass(given.output, config)
    sources = [mark_reading(each, config) for each in resolve_inputs(given.inputs.split())]
    plan = next_pass(sources, last_polls(given.output), config.passes)

    options = PipelineOptions(beam_args)
    # Workers have newsbeam and Beam in their image: nothing is to be staged for them.
    options.view_as(SetupOptions).sdk_location = "container"
    pipeline = beam.Pipeline(options=options)
    ingest_pass(pipeline, plan, context)
    pipeline.run()  # and no wait_until_finish()


if __name__ == "__main__":
    main(sys.argv[1:])
