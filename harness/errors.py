"""The one exception for what a user can mend."""


class UsageError(Exception):
    """Says what is wrong and what to do about it; printed without a traceback, exit code 2."""
