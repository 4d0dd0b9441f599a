"""The layers hold: plain modules import without Beam, rooms without those that build on them."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PLAIN = sorted(
    "newsbeam." + ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "transforms").glob("*/**/*.py")
)
PAGES, METADATA = (
    [module for module in PLAIN if module.startswith(f"newsbeam.transforms.{room}.")]
    for room in ("pages", "metadata")
)

BLOCK = """
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if any((name + ".").startswith(each + ".") for each in {blocked!r}):
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
        # A page is read without knowing what it will be asked for, and asked without its text.
        (["newsbeam.transforms.metadata", "newsbeam.transforms.extraction"], PAGES),
        (["newsbeam.transforms.extraction"], METADATA),
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
    assert PAGES
    assert METADATA
