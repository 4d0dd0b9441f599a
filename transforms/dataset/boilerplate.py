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
        commits = load_commits(self._storage, until=base)
        self._files = live_files(commits, "boilerplate")
        self._number = {commit.unit: commit.number for commit in commits}

    def lookup_sites(self, domains: Collection[str]) -> dict[str, list[frozenset[str]]]:
        """Return, for each of these domains, the lines that each commit added, oldest first.

        Domains without any are left out.
        """
        added: dict[str, dict[int, set[str]]] = {}
        wanted = pa.array(sorted(set(domains)), pa.string())
        for file in self._files:  # a compacted one has the lines of many commits
            rows = read_data(self._storage, file, ["domain", "line", "unit"])
            rows = rows.filter(pc.is_in(rows["domain"], value_set=wanted))
            for domain, line, unit in zip(*rows.to_pydict().values(), strict=True):
                lines = added.setdefault(domain, {}).setdefault(self._number[unit], set())
                lines.add(line)
        return {
            domain: [frozenset(lines) for _, lines in sorted(by_commit.items())]
            for domain, by_commit in added.items()
        }
