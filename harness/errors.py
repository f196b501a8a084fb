"""The one exception for what a user can mend."""


class UsageError(Exception):
    """Says what is wrong and what to do about it; printed without a traceback, exit code 2.

    What it quotes may come from anywhere: it can neither move a terminal's cursor nor begin another line.
    """

    def __str__(self) -> str:
        return "".join(each if each.isprintable() else " " for each in super().__str__())
