"""The one exception for what a user can mend."""


class UsageError(Exception):
    """Says what is wrong and what to do about it; printed without a traceback, exit code 2.

    What it quotes may come from anywhere: it can neither move a terminal's cursor nor begin another line. Of several
    arguments each is a line.
    """

    def __str__(self) -> str:
        return "\n".join("".join(each if each.isprintable() else " " for each in str(line)) for line in self.args)
