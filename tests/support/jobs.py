"""Whole jobs in tests: pages to read, and a dataset to read them into."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from newsbeam.pipelines.cli import run
from newsbeam.pipelines.demo import read_table
from newsbeam.transforms.core.ledger import total
from newsbeam.transforms.dataset.log import read_commits
from newsbeam.transforms.dataset.writer import to_ledger

#: Another story, for rows of text.
ORCHARDS = (
    "Growers in the Talvera valley expect the largest apple crop in eleven years, their union "
    "said on Friday after counting the fruit in two hundred orchards.",
    "A mild April and rain at the right time made the difference. Last year frost had taken half "
    "of the blossom within two nights.",
    "Prices are likely to fall, and the cold stores are full already. The union wants the region "
    "to buy fruit for its schools.",
    "Pickers from four countries have come, more than in any year before. They sleep in the old "
    "railway sheds, which the town has heated since September.",
)
PARAGRAPHS = {
    "harbour": (
        "The harbour board of Port Ellery voted on Tuesday to rebuild the northern breakwater, "
        "which two winter storms had damaged beyond repair.",
        "Work is to begin in March and to last two years. The board expects it to cost 41 million, "
        "a third of which the region has promised to pay.",
        "Fishing crews had asked for an earlier start. Their speaker, Ana Moreira, said that each "
        "storm now costs the fleet a week at sea.",
    ),
    "library": (
        "A library on a river barge opened on Saturday in the lower town, where the last branch "
        "had closed nine years ago.",
        "It carries four thousand books and stops at six quays a week. Readers can return what "
        "they borrowed at any of them.",
        "The crew of three was chosen from two hundred applicants. One of them, a retired pilot, "
        "said that steering a library was quieter work.",
    ),
}


def page(story: str, *, url: str | None = None, title: str = "A vote on the breakwater") -> str:
    """Return the HTML of a whole page with one of the stories."""
    canonical = f'<link rel="canonical" href="{url}">' if url else ""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS[story])
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'{canonical}<meta property="article:published_time" content="2026-03-03T09:30:00+01:00">'
        f"</head><body><nav><a href='/'>Home</a></nav><article><h1>{title}</h1>{body}</article>"
        "<footer>All rights reserved</footer></body></html>"
    )


class Dataset:
    """A dataset in a temporary folder and the command line that works on it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def ingest(self, *inputs: object, **settings: object) -> int:
        """Run ``newsbeam ingest`` and return its exit code."""
        overrides = [
            part
            for key, value in settings.items()
            for part in ("--set", f"{key.replace('__', '.')}={json.dumps(value)}")
        ]
        return run(
            [
                "ingest",
                *map(str, inputs),
                "--output",
                str(self.root),
                "--log-format",
                "json",
                *overrides,
            ]
        )

    def check(self) -> int:
        """Run ``newsbeam check`` and return its exit code."""
        return run(["check", str(self.root)])

    def rows(self, table: str) -> list[dict[str, Any]]:
        return read_table(str(self.root), table)

    def ledger(self, commit: int = -1) -> Callable[[str], int]:
        """Return how many ids a commit's ledger has under a kind."""
        ledger = to_ledger(read_commits(str(self.root))[commit].ledger)
        return lambda kind: total(ledger, kind).count
