"""The model's file is checked, and its verdict is made of whole numbers."""

from pathlib import Path

import numpy as np
import pytest

from newsbeam.transforms.core.errors import ModelError, UsageError
from newsbeam.transforms.extraction.features import FEATURES, measure_blocks
from newsbeam.transforms.extraction.model import (
    PATH,
    BodyModel,
    Trees,
    body_model,
    load_model,
    save_model,
)
from newsbeam.transforms.pages.walk import read_outline


def small_model() -> BodyModel:
    trees = Trees(
        features=np.array([[0, 1]], dtype=np.int32),
        thresholds=np.array([[10, 5]], dtype=np.int32),
        leaves=np.array([[-3, 1, 2, 4]], dtype=np.int32),
        bias=100,
    )
    return BodyModel(first=trees, second=trees, table=np.arange(129, dtype=np.int32))


def test_a_level_asks_one_question_of_each_row() -> None:
    rows = np.array([[10, 5], [11, 5], [10, 6], [11, 6]], dtype=np.int32)
    assert small_model().first.score(rows).tolist() == [97, 101, 102, 104]


def test_a_model_comes_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    save_model(path, small_model(), ["one", "two"])
    back = load_model(path, ["one", "two"])
    assert back.first.leaves.tolist() == [[-3, 1, 2, 4]]
    assert back.second.bias == 100


@pytest.mark.parametrize("fault", ["cut", "byte", "text", "missing"])
def test_a_damaged_model_is_a_sentence(tmp_path: Path, fault: str) -> None:
    path = tmp_path / "model.npz"
    data = bytearray(PATH.read_bytes())
    if fault == "cut":
        path.write_bytes(data[: len(data) // 2])
    elif fault == "byte":
        data[len(data) // 2] ^= 0xFF
        path.write_bytes(data)
    elif fault == "text":
        path.write_text("no numbers")
    with pytest.raises(ModelError, match=r"The model .*model\.npz .*\. Install newsbeam anew\.$"):
        load_model(path)


def test_a_model_of_other_features_or_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    save_model(path, small_model(), ["one", "two"])
    with pytest.raises(ModelError, match="made for other features"):
        load_model(path, ["one", "other"])
    with np.load(path) as file:
        stored = dict(file)
    np.savez(path, **(stored | {"version": np.array([99])}))
    with pytest.raises(ModelError, match="is of version"):
        load_model(path, ["one", "two"])


def test_a_bad_model_is_no_traceback_for_the_user() -> None:
    assert issubclass(ModelError, UsageError)


def test_the_model_is_small_and_tells_text_from_menus() -> None:
    assert PATH.stat().st_size < 2_000_000
    story = "The ferry lay in the harbour all night, because nobody had told the crew to sail. "
    menu = "".join(f"<li><a href=/{n}>Part {n}</a></li>" for n in range(12))
    outline = read_outline(
        f"<body><nav><ul>{menu}</ul></nav><article><h1>A night</h1>"
        + "".join(f"<p>{story * 3}Night {n}.</p>" for n in range(6))
        + f"</article><footer><ul>{menu}</ul></footer></body>"
    )
    rows, keys = measure_blocks(
        outline, outline.blocks, headline=None, title="A night", summary=None, told=None
    )
    assert rows.shape == (len(outline.blocks), len(FEATURES))
    text = body_model().judge(rows, keys) > 0
    kept = [block.text for block, is_text in zip(outline.blocks, text, strict=True) if is_text]
    assert [line[:9] for line in kept if line != "A night"] == ["The ferry"] * 6
