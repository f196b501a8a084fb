"""report.md."""
