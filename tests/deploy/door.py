"""Launch the flex template with Google's clients as far as Dataflow's door: nothing is sent.

    python -m tests.deploy.door PAGE DATASET

Run by ``tests.deploy.check`` in an environment with Beam's extras for Google's cloud.
"""

import json
import runpy
import sys
from pathlib import Path
from typing import Any
from unittest import mock

from apache_beam.options.pipeline_options import GoogleCloudOptions
from apache_beam.runners.dataflow.internal.apiclient import DataflowApplicationClient
from google.cloud.dataflow_v1beta3.types import TemplateMetadata

DATAFLOW = Path(__file__).resolve().parents[2] / "configs" / "deploy" / "dataflow"
IMAGE = "registry.example/newsbeam-worker:0.1.0"


def main() -> None:
    """Read the metadata, launch, and look at the job that would be sent."""
    source, output = sys.argv[1:]
    metadata = (DATAFLOW / "metadata.json").read_text("utf-8")
    read = TemplateMetadata.from_json(metadata, ignore_unknown_fields=False)
    assert [each.name for each in read.parameters] == ["inputs", "output", "settings"]

    staged: dict[str, bytes] = {}

    def stage_file(_self: Any, _place: str, name: str, stream: Any, *_: Any, **__: Any) -> None:
        staged[name] = stream.read()

    sys.argv = [
        "launcher.py",
        *(f"--inputs={source}", f"--output={output}", "--runner=DataflowRunner", "--no_auth"),
        *("--project=my-project", "--region=us-central1", "--temp_location=gs://my-bucket/tmp"),
        # As the template's launcher does it: the job is written to a file.
        *("--template_location=gs://my-bucket/job.json", f"--sdk_container_image={IMAGE}"),
    ]
    with (
        mock.patch.object(DataflowApplicationClient, "stage_file", stage_file),
        mock.patch.object(GoogleCloudOptions, "_warn_if_soft_delete_policy_enabled"),
    ):
        runpy.run_path(str(DATAFLOW / "launcher.py"), run_name="__main__")

    job = json.loads(staged["job.json"])
    [pool] = job["environment"]["workerPools"]
    images = {each["containerImage"] for each in pool["sdkHarnessContainerImages"]}
    assert job["type"] == "JOB_TYPE_BATCH", job["type"]
    assert images == {IMAGE}, images
    assert b"Commit" in staged["pipeline.pb"]


if __name__ == "__main__":
    main()
