"""Configurations that ship with newsbeam."""
