"""The whole job on the embedded newsroom, compared with the truth about it."""

from collections.abc import Sequence
from importlib.resources import as_file, files
from typing import Any

from rich.console import Console

from newsbeam.pipelines import display
from newsbeam.pipelines.config import load_config
from newsbeam.pipelines.engine import choose_engine
from newsbeam.pipelines.newsroom import Newsroom, compare, expected
from newsbeam.pipelines.plan import resolve_inputs
from newsbeam.pipelines.progress import show_progress
from newsbeam.pipelines.report import write_report
from newsbeam.pipelines.run import Outcome, run_job
from newsbeam.transforms.dataset.audit import audit_dataset
from newsbeam.transforms.dataset.layout import partition_values, split_data_path
from newsbeam.transforms.dataset.log import live_files, read_commits, read_data
from newsbeam.transforms.dataset.storage import open_storage


def run_demo(
    root: str, console: Console, log_format: str, beam_args: Sequence[str], as_json: bool = False
) -> list[str]:
    """Ingest the newsroom into ``root`` and return how the dataset differs from the truth."""
    with Newsroom() as room, as_file(files("newsbeam.configs") / "demo.yaml") as path:
        config = load_config(str(path))
        fetch = config.fetch.model_copy(update={"connect_to": room.connect_to})
        config = config.model_copy(update={"fetch": fetch})
        sources = resolve_inputs([*config.inputs, *room.inputs])
        engine = choose_engine(beam_args)
        with show_progress(console, engine, len(sources), log_format) as on_pass:
            outcome = run_job(sources, root, config, engine, on_pass=on_pass)
        truth = expected(room, near=True)
    if not as_json:
        display.show_outcome(console, outcome, log_format)
    tables = {table: read_table(root, table) for table in ("articles", "duplicates", "rejects")}
    differences = [*outcome.faults, *audit_dataset(root).faults, *compare(truth, **tables)]
    page = f"{root}/report.html"
    write_report(root, page, config.dataset)
    if as_json:
        display.show_json({**outcome.to_json(), "differences": differences, "report": page})
    else:
        _show_verdict(console, outcome, differences, page)
    return differences


def read_table(root: str, table: str) -> list[dict[str, Any]]:
    """Return the rows of a table of the dataset, with the columns that stand in its paths."""
    storage = open_storage(root)
    return [
        {**partition_values(*split_data_path(file.path)), **row}
        for file in live_files(read_commits(root), table)
        for row in read_data(storage, file).to_pylist()
    ]


def _show_verdict(
    console: Console, outcome: Outcome, differences: Sequence[str], page: str
) -> None:
    console.print(display.cell(f"Report: {page}"), soft_wrap=True)
    for difference in differences:
        console.print(display.cell(f"DIFFERS: {difference}"), style="red", soft_wrap=True)
    if differences:
        verdict = f"The dataset differs from the newsroom's truth in {len(differences)} places."
    elif outcome.count("written"):
        verdict = "The dataset equals the newsroom's truth, and its audit passes."
    else:
        verdict = "Nothing was added; the dataset still equals the newsroom's truth."
    console.print(display.cell(verdict), style="red" if differences else "green")
