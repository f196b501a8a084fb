"""Fixtures that tests of several rooms use."""
