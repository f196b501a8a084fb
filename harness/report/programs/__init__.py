"""Programs that read runs: compare, gate, bundle, verify, README tables, the terminal."""
