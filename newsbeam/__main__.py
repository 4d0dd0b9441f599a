"""``python -m newsbeam`` is the command ``newsbeam``."""

from newsbeam.pipelines.cli import main

main()
