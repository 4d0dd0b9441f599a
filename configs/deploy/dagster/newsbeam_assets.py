"""newsbeam in Dagster: the dataset is an asset, and `newsbeam check` is its check.

Dagster, and not Prefect, since what newsbeam makes is a dataset: here it has a name, counts at each
materialization and a proof beside it, and other assets can depend on it.

The command stands in an environment of its own; where it is, and what it reads, is said by
variables, and so are the credentials of a bucket (AWS_ACCESS_KEY_ID and the like).

Loaded and run once by Dagster 1.13.28 on one machine (docs/deploy.md).
"""

import json
import os
import subprocess
from typing import Any

import dagster as dg

NEWSBEAM = os.environ.get("NEWSBEAM", "newsbeam")
CONFIG = os.environ.get("NEWSBEAM_CONFIG", "/etc/newsbeam/news.yaml")
OUTPUT = os.environ.get("NEWSBEAM_OUTPUT", "/var/lib/newsbeam/news")


def run(*command: str, may_fail: bool = False) -> Any:
    """Run a command of newsbeam; its log becomes the step's. Returns what its JSON says."""
    done = subprocess.run([NEWSBEAM, *command, "--json"], stdout=subprocess.PIPE, check=False)  # noqa: S603
    if done.returncode and not (may_fail and done.returncode == 1):
        # 2: the command or its configuration is wrong, and to try again is of no use.
        sentence = f"newsbeam ended with {done.returncode}; why is in the step's log."
        raise dg.Failure(sentence, allow_retries=done.returncode != 2)
    return json.loads(done.stdout)


@dg.asset(retry_policy=dg.RetryPolicy(max_retries=2, delay=300))
def news() -> dg.MaterializeResult[None]:
    """Articles, duplicates and rejects as partitioned Parquet."""
    outcome = run("ingest", "--config", CONFIG, "--output", OUTPUT)
    run("upkeep", OUTPUT, "--config", CONFIG)  # only `watch` does it by itself
    counts = {name: dg.MetadataValue.int(count) for name, count in outcome["counts"].items()}
    return dg.MaterializeResult(metadata={"path": dg.MetadataValue.path(OUTPUT), **counts})


@dg.asset_check(asset=news, blocking=True)
def every_input_has_one_outcome() -> dg.AssetCheckResult:
    """Whether the files prove that nothing is lost, and no byte has changed."""
    audit = run("check", OUTPUT, may_fail=True)
    return dg.AssetCheckResult(passed=not audit["faults"], metadata={"faults": audit["faults"]})


reading = dg.define_asset_job("reading", selection=[news])

defs = dg.Definitions(
    assets=[news],
    asset_checks=[every_input_has_one_outcome],
    # Feeds are asked by thousands at the full hour.
    schedules=[dg.ScheduleDefinition(job=reading, cron_schedule="23 * * * *")],
)
