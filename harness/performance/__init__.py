"""How fast and how right the harness itself is: studies that are run by hand, never while measuring."""
