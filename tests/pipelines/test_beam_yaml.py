"""The pipeline in Beam YAML that ships with newsbeam runs."""

from importlib.resources import files

import pytest
from jobs import Dataset, page

main = pytest.importorskip("apache_beam.yaml.main")


def test_the_pipeline_that_ships_reads_filters_and_commits(tmp_path):
    (tmp_path / "harbour.html").write_text(page("harbour"), "utf-8")
    (tmp_path / "library.html").write_text(page("library", title="A library afloat"), "utf-8")
    pipeline = (files("newsbeam.configs") / "beam_yaml.yaml").read_text("utf-8")
    variables = f'{{"inputs": "{tmp_path}/*.html", "folder": "{tmp_path}"}}'
    main.run(["--yaml_pipeline", pipeline, "--jinja_variables", variables])
    lines = [line for part in tmp_path.glob("titles.txt*") for line in part.read_text().split("\n")]
    assert sorted(filter(None, lines)) == [
        "2026-03-03T08:30:00+00:00 A library afloat",
        "2026-03-03T08:30:00+00:00 A vote on the breakwater",
    ]
    dataset = Dataset(tmp_path / "news")
    assert len(dataset.rows("articles")) == 2
    assert dataset.check() == 0
