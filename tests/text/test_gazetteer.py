"""The table of cities is whole, in order, and says where it is from."""

import gzip
from importlib.resources import files

from newsbeam.transforms.text.gazetteer import LEAST_PEOPLE, cities, is_city, states


def test_cities_come_the_largest_first():
    people = [city.people for city in cities()]
    assert people == sorted(people, reverse=True)
    assert people[-1] >= LEAST_PEOPLE
    assert len(people) > 6000


def test_a_city_has_its_country_and_its_names_in_other_languages():
    [vienna] = [city for city in cities() if city.name == "Vienna"]
    assert vienna.country == "AT"
    assert {"Wien", "Vienne", "Вена", "ウィーン"} <= set(vienna.spellings)
    assert is_city("wien")


def test_namesakes_are_the_largest_in_each_other_country():
    [valencia] = [c for c in cities() if c.name == "Valencia" and c.country == "ES"]
    countries = [country for country, _ in valencia.namesakes]
    assert countries[0] == "VE"
    assert "ES" not in countries
    assert len(countries) == len(set(countries))


def test_a_state_is_no_city():
    assert "Massachusetts" in states()
    assert "Massachusetts" not in {city.name for city in cities()}


def test_the_table_names_its_source_and_licence():
    table = (files("newsbeam.transforms.text") / "cities.tsv.gz").read_bytes()
    head = gzip.decompress(table).decode()[:500]
    assert "GeoNames" in head
    assert "CC BY 4.0" in head
