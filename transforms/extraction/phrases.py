"""What walls and the ends of cut texts say, in many languages: patterns of ``phrases.tsv``."""

from collections import defaultdict

from newsbeam.transforms.text.tables import read_table


def _read_phrases() -> dict[str, str]:
    """Return the pattern of each kind: any of its rows."""
    kinds: defaultdict[str, list[str]] = defaultdict(list)
    for kind, pattern in read_table("phrases.tsv", "newsbeam.transforms.extraction"):
        kinds[kind].append(pattern)
    return {kind: "|".join(patterns) for kind, patterns in kinds.items()}


PHRASES = _read_phrases()
