"""What was learned of sites: the lines that recur over their articles."""

from collections.abc import Collection

import pyarrow as pa
import pyarrow.compute as pc

from transforms.dataset.log import live_files, load_commits, read_data
from transforms.dataset.storage import open_storage


class BoilerplateReader:
    """The lines that the dataset had learned at commit ``base``."""

    def __init__(self, root: str, base: int) -> None:
        self._storage = open_storage(root)
        self._files = live_files(load_commits(self._storage, until=base), "boilerplate")

    def lookup_sites(self, domains: Collection[str]) -> dict[str, list[frozenset[str]]]:
        """Return, for each of these domains, the lines that each commit added, oldest first.

        Domains without any are left out.
        """
        found: dict[str, list[frozenset[str]]] = {}
        wanted = pa.array(sorted(set(domains)), pa.string())
        for file in self._files:  # a commit has one at most
            rows = read_data(self._storage, file, ["domain", "line"])
            rows = rows.filter(pc.is_in(rows["domain"], value_set=wanted))
            lines: dict[str, set[str]] = {}
            for domain, line in zip(
                rows["domain"].to_pylist(), rows["line"].to_pylist(), strict=True
            ):
                lines.setdefault(domain, set()).add(line)
            for domain, added in lines.items():
                found.setdefault(domain, []).append(frozenset(added))
        return found
