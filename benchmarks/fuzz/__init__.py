"""Fuzz targets for everything that other people's servers send."""
