"""The harness's own speed and error rates, measured: one module for each table of docs/performance.md."""
