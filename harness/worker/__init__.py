"""What runs under the interpreter being measured: standard library and pyperf, nothing else."""
