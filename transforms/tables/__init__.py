"""The articles as tables of Delta and Iceberg: views of the log over the same Parquet files.

::

    commit log ─► changes ─► follow ─┬─► delta      ROOT/_delta_log/
                                     └─► iceberg    ROOT/iceberg/metadata/, and a catalog

A view holds names of files and counts of rows, and nothing that stands in an article.
"""
