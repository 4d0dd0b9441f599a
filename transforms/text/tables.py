"""The data tables beside modules: tab-separated, ``#`` begins a comment."""

import gzip
from importlib.resources import files


def read_table(name: str, package: str = "newsbeam.transforms.text") -> list[tuple[str, ...]]:
    """Return the rows of ``name`` in ``package``, each as its cells."""
    data = (files(package) / name).read_bytes()
    text = (gzip.decompress(data) if name.endswith(".gz") else data).decode()
    lines = text.splitlines()
    return [tuple(line.split("\t")) for line in lines if line and not line.startswith("#")]


#: Name of a list → its words.
WORD_LISTS: dict[str, frozenset[str]] = {
    name: frozenset(words.split()) for name, words in read_table("word_lists.tsv")
}
