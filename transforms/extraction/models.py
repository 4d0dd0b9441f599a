"""The files of numbers that extraction judges by, checked before a job begins."""

from newsbeam.transforms.extraction.kind_model import load_model as load_kinds
from newsbeam.transforms.extraction.model import body_model


def check_models() -> None:
    """Read the models that ship with the package.

    In the extraction processes a bad one would fail each page by itself.

    Raises:
        ModelError: One of them is missing, damaged or of another version.
    """
    body_model()
    load_kinds()
