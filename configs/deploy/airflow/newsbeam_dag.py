"""newsbeam in Airflow 3: read what is new every hour, prove it, keep the dataset in shape.

The tasks call the command, which stands in an environment of its own: Airflow is installed by a
list of exact versions, which must not decide newsbeam's. Where it is, and what it reads, is said by
variables of the workers' environment; so are a bucket's credentials (AWS_ACCESS_KEY_ID and so on).

Loaded and run once by Airflow 3.3.2 on one machine (docs/deploy.md).
"""

import json
import os
import subprocess
from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import Asset, dag, task
from airflow.sdk.exceptions import AirflowFailException

NEWSBEAM = os.environ.get("NEWSBEAM", "newsbeam")
CONFIG = os.environ.get("NEWSBEAM_CONFIG", "/etc/newsbeam/news.yaml")
OUTPUT = os.environ.get("NEWSBEAM_OUTPUT", "/var/lib/newsbeam/news")


def run(*command: str) -> Any:
    """Run a command of newsbeam; its log becomes the task's. Returns what its JSON says."""
    done = subprocess.run([NEWSBEAM, *command, "--json"], stdout=subprocess.PIPE, check=False)  # noqa: S603
    if done.returncode == 2:
        # The command or its configuration is wrong: to try again is of no use.
        raise AirflowFailException("newsbeam refuses the command; its sentence is in the log.")
    done.check_returncode()
    return json.loads(done.stdout)


@dag(
    schedule="23 * * * *",  # feeds are asked by thousands at the full hour
    start_date=datetime(2026, 1, 1),
    max_active_runs=1,  # two at once do no harm, and ask each site twice
    dagrun_timeout=timedelta(hours=2),
    default_args={"retries": 2, "retry_delay": timedelta(minutes=5)},
)
def newsbeam() -> None:
    """Read what is new, prove it, keep the dataset in shape."""

    # DAGs with schedule=[Asset("news")] run whenever something came.
    @task(outlets=[Asset("news")])
    def ingest() -> Any:
        return run("ingest", "--config", CONFIG, "--output", OUTPUT)

    @task
    def check(outcome: Any) -> Any:
        if not outcome["commits"]:
            return None
        return run("check", OUTPUT, "--since", str(min(outcome["commits"]) - 1))

    # Only `watch` merges small files by itself.
    @task
    def upkeep() -> Any:
        return run("upkeep", OUTPUT, "--config", CONFIG)

    checked: Any = check(ingest())
    checked >> upkeep()


newsbeam()
