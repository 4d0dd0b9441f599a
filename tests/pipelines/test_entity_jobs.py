"""Named entities: a job with a tiny model that is made here. `make test-entities` has spaCy."""

import json
from pathlib import Path

import pytest
from jobs import PARAGRAPHS, Dataset

from newsbeam.transforms.core.settings import EntitySettings


def write(path: Path) -> Path:
    rows = [
        {"id": "en", "text": "\n\n".join(PARAGRAPHS["harbour"]), "title": "Ana Moreira hopes"},
        {
            "id": "de",
            "text": "Der Stadtrat von Port Ellery hat am Dienstag beschlossen, den Hafen zu bauen. "
            "Ana Moreira sagte, dass jeder Sturm die Flotte eine Woche auf See kostet.",
        },
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def make_model(folder: Path, language: str = "en") -> Path:
    spacy = pytest.importorskip("spacy", reason="spaCy is an extra: run make test-entities")
    model = spacy.blank(language)
    model.add_pipe("entity_ruler").add_patterns(
        [
            {"label": "PERSON", "pattern": "Ana Moreira"},
            {"label": "GPE", "pattern": "Port Ellery"},
            {"label": "ORG", "pattern": [{"LOWER": "harbour"}, {"LOWER": "board"}]},
            {"label": "DATE", "pattern": "Tuesday"},
        ]
    )
    model.to_disk(folder)
    return folder


def test_articles_in_the_language_of_the_model_have_entities(dataset: Dataset, tmp_path: Path):
    model = make_model(tmp_path / "model")
    assert dataset.ingest(write(tmp_path / "a.jsonl"), entities__model=str(model)) == 0
    rows = {row["source_id"]: row for row in dataset.rows("articles")}
    assert rows["en"]["entities"] == [
        {"text": "Ana Moreira", "label": "person", "count": 2},
        {"text": "Port Ellery", "label": "place", "count": 1},
        {"text": "harbour board", "label": "organisation", "count": 1},
    ]
    assert rows["de"]["entities"] is None
    assert dataset.check() == 0


def test_a_model_for_many_languages_reads_all(dataset: Dataset, tmp_path: Path):
    model = make_model(tmp_path / "model", "xx")
    dataset.ingest(write(tmp_path / "a.jsonl"), entities__model=str(model))
    assert all(row["entities"] for row in dataset.rows("articles"))


def test_by_default_nothing_is_looked_for(dataset: Dataset, tmp_path: Path):
    assert EntitySettings().model is None
    dataset.ingest(write(tmp_path / "a.jsonl"))
    assert [row["entities"] for row in dataset.rows("articles")] == [None, None]


def test_a_model_that_is_not_there_is_wrong_usage(dataset: Dataset, tmp_path: Path, capsys):
    pytest.importorskip("spacy", reason="spaCy is an extra: run make test-entities")
    status = dataset.ingest(write(tmp_path / "a.jsonl"), entities__model=str(tmp_path / "no"))
    assert status == 2
    assert "entities.model" in capsys.readouterr().err


def test_without_spacy_the_command_says_how_to_get_it(
    dataset: Dataset, tmp_path: Path, capsys, monkeypatch
):
    monkeypatch.setattr("newsbeam.transforms.text.entities.find_spec", lambda _: None)
    assert dataset.ingest(write(tmp_path / "a.jsonl"), entities__model="en_core_web_sm") == 2
    assert "newsbeam[entities]" in capsys.readouterr().err


def test_a_pass_without_a_new_article_loads_no_model(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.cfg").touch()
    (tmp_path / "menu.html").write_text("<html><body><nav>Home</nav></body></html>")
    monkeypatch.setattr("newsbeam.transforms.text.entities.find_spec", lambda _: True)
    loaded = []
    monkeypatch.setattr("newsbeam.transforms.steps.local_pass.load_model", loaded.append)
    dataset.ingest(tmp_path / "menu.html", entities__model=str(tmp_path / "model"))
    assert len(dataset.rows("rejects")) == 1
    assert loaded == []
