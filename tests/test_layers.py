"""The layers hold: plain modules import without Beam, extraction without Beam and Arrow."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PLAIN = sorted(
    "newsbeam." + ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "transforms").glob("*/**/*.py")
)

BLOCK = """
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked!r}:
            raise ImportError("blocked: " + name)
sys.meta_path.insert(0, Block())
import importlib
for module in {modules!r}:
    importlib.import_module(module)
"""


@pytest.mark.parametrize(
    ("blocked", "modules"),
    [
        (["apache_beam"], PLAIN),
        (["apache_beam", "pyarrow"], ["newsbeam.transforms.extraction.article"]),
    ],
)
def test_plain_modules_do_without(blocked, modules):
    script = BLOCK.format(blocked=blocked, modules=modules)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr


def test_there_are_plain_modules_to_try():
    assert len(PLAIN) > 20
