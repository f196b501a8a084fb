"""Experiments that settle a question about the interpreters; each has a README."""
