"""What newsbeam does to news, step by step.

A module directly in this package wires one step into Apache Beam. A folder of this package holds
the plain logic of one area and never imports Beam:

- ``core``: records, Arrow schema, identities, settings, errors that all areas share
- ``sources``: what stands in a feed, a sitemap, a table, a WARC archive, a file
- ``wires``: items as the news trade sends them, read and written
- ``web``: polite and safe fetching
- ``extraction``: from the bytes of a page to an article
- ``dates``: reading a date, whatever it stands in
- ``text``: cleaning and measuring text
- ``dedup``: which articles are the same
- ``dataset``: files, commits, index and audit of the dataset
- ``tables``: the articles as tables of Delta and Iceberg
- ``statistics``: what is in a dataset, as numbers
- ``stores``: buckets on S3, GCS and Azure
- ``workers``: the processes that extract
- ``steps``: what each step does with the elements that it gets, and a pass without Beam

The steps can be imported from here, with what they take and give:
``from newsbeam.transforms import ReadFiles, Source``.
"""

from importlib import import_module
from typing import Any

#: What is imported from here → its module. Not before it is asked for: Beam takes a second.
_MODULES = {
    "CommitDataset": "commit",
    "DropDuplicates": "deduplicate",
    "ExtractArticles": "extract",
    "FetchArticles": "fetch",
    "FindEntities": "entities",
    "PollSources": "poll",
    "ReadFiles": "read",
    "gather_tables": "routing",
    "make_page": "extract",
    "new_pass": "alone",
    "Article": "core.records",
    "Config": "core.settings",
    "Drop": "core.own_steps",
    "Duplicate": "core.records",
    "Entry": "core.records",
    "Page": "core.records",
    "Reject": "core.records",
    "Source": "core.records",
    "before_writing": "core.own_steps",
}

__all__ = list(_MODULES)


def __getattr__(name: str) -> Any:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{module}"), name)


def __dir__() -> list[str]:
    return [*globals(), *_MODULES]
