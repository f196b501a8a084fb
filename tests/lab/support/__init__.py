"""What the tables need: synthetic runs, child processes, pyperf's runs, simulated noise, sizes of samples."""
