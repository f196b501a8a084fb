"""An option: declared once, as a field, and read, settled, recorded, repeated and compared by that declaration."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True)
class Option:
    """An option of the command line.

    `flags` maps each flag to the constant that it stands for, or to TAKES_VALUE, and to its help. `argument` is what
    argparse needs to read the value; `write` turns a value into the text of a command, and is None for options that
    a repeated run does not take over. `settle` gives the value when none was asked for.
    """

    group: str
    flags: Mapping[str, tuple[Any, str]]
    argument: Mapping[str, Any]
    write: Callable[[Any], str] | None
    settle: Callable[[Any], Any] | None

    def words(self, value: Any) -> list[str]:
        """Return the words of a command that ask for a value; none for one that is not asked for."""
        if self.write is None or value is None or value == ():
            return []
        constants = [flag for flag, (constant, _) in self.flags.items() if constant == value]
        (flag, (kind, _)), *_ = self.flags.items()
        if constants or kind is not TAKES_VALUE:
            return constants
        values = value if self.argument.get("action") == "append" else [value]
        return [word for item in values for word in (flag, self.write(item))]


TAKES_VALUE = object()


def taking(  # noqa: PLR0913 - a keyword for each use of an option
    flag: str,
    explanation: str,
    group: str,
    *,
    write: Callable[[Any], str] | None = str,
    settle: Callable[[Any], Any] | None = None,
    default: Any = None,
    **argument: Any,
) -> Any:
    """Declare an option with a value as the field of a dataclass; `argument` is for argparse's add_argument."""
    option = Option(group, {flag: (TAKES_VALUE, explanation)}, argument, write, settle)
    return field(default=default, metadata={"option": option})


def switch(
    flags: Mapping[str, tuple[Any, str]],
    group: str,
    *,
    repeated: bool = True,
    settle: Callable[[Any], Any] | None = None,
    default: Any = None,
) -> Any:
    """Declare an option without a value as the field of a dataclass; each flag stands for a constant."""
    option = Option(group, flags, {}, str if repeated else None, settle)
    return field(default=default, metadata={"option": option})


def table(options: Any) -> dict[str, Option]:
    """Return the options by the names of their fields, of a dataclass or one of its instances."""
    return {declared.name: declared.metadata["option"] for declared in fields(options)}


def settled(options: Any, name: str) -> Any:
    """Return an option's value, asked for or not."""
    settle = table(options)[name].settle
    value = getattr(options, name)
    return settle(options) if settle is not None and value is None else value


def words_of(options: Any) -> list[str]:
    """Return the options as they would be typed, to repeat a run."""
    return [word for name, option in table(options).items() for word in option.words(getattr(options, name))]
