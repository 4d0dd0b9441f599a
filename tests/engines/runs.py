"""``newsbeam ingest`` on an engine, and what came of it as sets that can be compared."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import yaml

from newsbeam.pipelines.demo import read_table
from newsbeam.pipelines.newsroom import Newsroom
from tests.engines.clusters import (
    FlinkCluster,
    FlinkJobServer,
    JobService,
    Prism,
    SparkCluster,
    WorkerPool,
)
from tests.engines.provision import ROOT, missing_for_flink, missing_for_prism, missing_for_spark

#: Pages of the evaluation data; no other checkout has them.
DATA = Path(os.environ.get("NEWSBEAM_DATA", ROOT.parent / "shared" / "data"))
#: More parts than workers, as on a cluster; the in-process run that is compared has the defaults.
SHARDS = ("read.shards=5", "fetch.shards=3", "duplicates.shards=7", "dataset.shards=2")
#: Limits of time that hold on a machine under load, too.
PATIENT = ("passes.worker_start_s=200", "extract.timeout_s=60")
#: What keeps an engine from being run here, "" if nothing does.
MISSING = {
    "in process": lambda: "",
    "job service": lambda: "",
    "Prism": missing_for_prism,
    "Flink": missing_for_flink,
    "Spark": missing_for_spark,
}


@contextmanager
def started(engine: str, work: Path) -> Iterator[tuple[tuple[str, ...], list[int]]]:
    """Start an engine; yield the options of Beam that lead to it, and the sessions it runs in."""
    with ExitStack() as stack:
        parts: list[Any] = []
        if engine != "in process":
            parts.append(stack.enter_context(WorkerPool(work, shared=engine == "Flink")))
        if engine == "Flink":
            parts.append(stack.enter_context(FlinkCluster(work)))
            parts.append(stack.enter_context(FlinkJobServer(work, parts[-1])))
        elif engine != "in process":
            kinds = {"job service": JobService, "Prism": Prism, "Spark": SparkCluster}
            parts.append(stack.enter_context(kinds[engine](work)))
        named = ("--runner=FnApiRunner",) if engine == "in process" else ()
        yield (
            named + tuple(option for part in parts for option in part.options),
            [program.pid for part in parts for program in part.programs],
        )


def command(
    inputs: Sequence[object],
    root: Path,
    beam_options: Sequence[str],
    *,
    config: Path | None = None,
    settings: Sequence[str] = (),
) -> list[str]:
    """Return the command line that reads ``inputs`` into the dataset at ``root``."""
    return [
        *(sys.executable, "-m", "newsbeam", "ingest", *map(str, inputs), "--output", str(root)),
        *("--log-format", "json", *(("--config", str(config)) if config else ())),
        *(part for setting in (*PATIENT, *settings) for part in ("--set", setting)),
        *(("--", *beam_options) if beam_options else ()),
    ]


def run(command: Sequence[str], seconds: float = 400) -> subprocess.CompletedProcess[str]:
    """Run a command in the checkout to its end, which must come within ``seconds``."""
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=False
    )


@dataclass(frozen=True)
class Sets:
    """What a dataset holds, as sets that do not depend on when and where it was made."""

    articles: frozenset[tuple[str, int]]
    duplicates: frozenset[tuple[str, str, str]]
    rejects: frozenset[tuple[str, str]]


def read_sets(root: Path | str) -> Sets:
    """Return what the dataset at ``root`` holds; it must hold nothing twice."""
    tables = {name: read_table(str(root), name) for name in ("articles", "duplicates", "rejects")}
    articles = [(row["article_id"], row["revision"]) for row in tables["articles"]]
    assert len(articles) == len(set(articles)), "an article stands in the dataset twice"
    return Sets(
        articles=frozenset(articles),
        duplicates=frozenset(
            (row["article_id"], row["duplicate_of"], row["how"]) for row in tables["duplicates"]
        ),
        rejects=frozenset((row["reject_id"], row["reason"]) for row in tables["rejects"]),
    )


def write_newsroom_config(room: Newsroom, path: Path) -> Path:
    """Write the configuration that reads the embedded newsroom, for a command of its own."""
    with as_file(files("newsbeam.configs") / "demo.yaml") as demo:
        config = yaml.safe_load(demo.read_text(encoding="utf-8"))
    config["fetch"] |= {"connect_to": room.connect_to, "delay_s": 0.05}
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return path


def sample_pages(count: int | None = None) -> list[Path]:
    """Return pages of the evaluation data, ``count`` of them evenly spread, or all."""
    pages = sorted((DATA / "pages").glob("*/html/*.gz"))
    return pages if count is None else pages[:: max(1, len(pages) // count)][:count]
