"""What was learned of sites: the lines that recur over their articles."""

from collections.abc import Collection
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from newsbeam.transforms.dataset.log import read_data
from newsbeam.transforms.dataset.state import load_state
from newsbeam.transforms.dataset.storage import open_storage


class BoilerplateReader:
    """The lines that the dataset had learned at commit ``base``."""

    def __init__(self, root: str, base: int) -> None:
        self._storage = open_storage(root)
        self._files = load_state(self._storage, until=base).files("boilerplate")

    def lookup_sites(self, domains: Collection[str]) -> dict[str, list[frozenset[str]]]:
        """Return, for each of these domains, the lines that each pass added, oldest first.

        Domains without any are left out.
        """
        added: dict[str, dict[tuple[datetime, str], set[str]]] = {}
        wanted = pa.array(sorted(set(domains)), pa.string())
        for file in self._files:  # a compacted one has the lines of many passes
            rows = read_data(self._storage, file, ["domain", "line", "learned_at", "unit"])
            rows = rows.filter(pc.is_in(rows["domain"], value_set=wanted))
            for domain, line, at, unit in zip(*rows.to_pydict().values(), strict=True):
                added.setdefault(domain, {}).setdefault((at, unit), set()).add(line)
        return {
            domain: [frozenset(lines) for _, lines in sorted(by_pass.items())]
            for domain, by_pass in added.items()
        }
