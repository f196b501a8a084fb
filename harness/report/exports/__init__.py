"""A run in the formats of other tools: CSV, JSON and pyperf's."""
