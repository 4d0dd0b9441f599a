"""``python -m pipelines`` in a checkout is an older name of ``python -m newsbeam``."""

import sys

from newsbeam.pipelines.cli import main

print("python -m pipelines is now called python -m newsbeam.", file=sys.stderr)  # noqa: T201
main()
