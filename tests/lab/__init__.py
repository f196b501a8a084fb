"""Studies of the harness itself: its speed, error rates and fidelity. Never imported by the harness."""
