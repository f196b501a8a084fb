"""Controls with known answers: whether the harness sees what is there, and nothing else."""
