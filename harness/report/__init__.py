"""Make everything derived in a run directory (contrasts, exports, pictures, report.md) and say what came out."""
