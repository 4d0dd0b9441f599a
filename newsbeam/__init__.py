"""News in, a partitioned Parquet dataset out: a streaming ingestion pipeline on Apache Beam.

What is installed lives below this package. In the repository its parts stand at the top and are
linked from here, so that a checkout and an installation have the same names.
"""

from newsbeam.reading import open

__version__ = "0.1.0"

__all__ = ["__version__", "open"]
