"""Benchmarks: each prints a table and commits it to ``results/``."""
