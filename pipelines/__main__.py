"""``python -m pipelines`` is the command ``newsbeam``."""

from pipelines.cli import main

main()
