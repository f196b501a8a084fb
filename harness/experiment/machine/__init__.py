"""The machine: its description, the kernel's counters, suspensions, memory of processes, and the lock on it."""
