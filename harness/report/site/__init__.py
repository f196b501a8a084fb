"""A static site over all runs in a folder: what `nox -s site` writes."""
