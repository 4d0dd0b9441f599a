"""What newsbeam does to news, step by step.

A module directly in this package wires one step into Apache Beam. A folder of this package holds
the plain logic of one area and never imports Beam:

- ``core``: records, Arrow schema, identities, settings, errors that all areas share
- ``sources``: what stands in a feed, a sitemap, a table, a WARC archive, a file
- ``web``: polite and safe fetching
- ``extraction``: from the bytes of a page to an article
- ``text``: cleaning and measuring text
- ``dedup``: which articles are the same
- ``dataset``: files, commits, index and audit of the dataset
"""
