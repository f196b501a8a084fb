"""The sentences of the first screen."""
