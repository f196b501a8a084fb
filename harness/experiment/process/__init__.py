"""One worker process: its environment, limits, output and end, and what it leaves behind."""
