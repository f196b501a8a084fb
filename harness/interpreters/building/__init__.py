"""Build CPython from source, in a cache."""
