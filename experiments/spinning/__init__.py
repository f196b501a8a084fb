"""Counts of sched_yield in free-threaded builds: README.md has the question and the answer."""
