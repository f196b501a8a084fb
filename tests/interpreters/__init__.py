"""Tests of harness/interpreters."""
