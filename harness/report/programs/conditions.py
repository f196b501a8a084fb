"""Conditions on contrasts, as `nox -s gate` takes them."""

import re
from dataclasses import dataclass
from typing import Literal, cast, get_args

from harness.errors import UsageError
from harness.records import ONE_BY_ONE, Mode, Side

SYNTAX = (
    "write it like `fib/threads/2 3.13t/3.13 >= 1.8` (a case, two arms), `fib/threads/2:fib/serial 3.13t >= 1.5` (two "
    "cases, an arm), or with `of baseline` behind the number"
)
_CONDITION = re.compile(
    r"(?P<case>[^\s:]+)(?::(?P<other>[^\s:]+))?\s+(?P<arm>[^\s/]+)(?:/(?P<other_arm>[^\s/]+))?\s*(?P<sign>>=|<=)\s*"
    r"(?P<limit>[0-9]+(?:\.[0-9]+)?)(?P<relative>\s+of\s+baseline)?"
)


@dataclass(frozen=True)
class Condition:
    """A limit on time(baseline) / time(subject); `relative` to the same ratio of another run.

    Subject and baseline are the same side in a relative condition on seconds: how fast it is now against then.
    """

    text: str
    subject: Side
    baseline: Side
    sign: Literal[">=", "<="]
    limit: float
    relative: bool


def parse(text: str) -> Condition:
    """Parse a condition; UsageError with the syntax when it is not one."""
    match = _CONDITION.fullmatch(text.strip())
    if match is None:
        message = f"The condition {text!r} cannot be read: {SYNTAX}."
        raise UsageError(message)
    subject = _side(text, match["case"], match["arm"])
    baseline = _side(text, match["other"] or match["case"], match["other_arm"] or match["arm"])
    relative = match["relative"] is not None
    if subject == baseline and not relative:
        message = f"The condition {text!r} compares {subject} with itself: {SYNTAX}."
        raise UsageError(message)
    sign: Literal[">=", "<="] = ">=" if match["sign"] == ">=" else "<="
    return Condition(" ".join(text.split()), subject, baseline, sign, float(match["limit"]), relative)


def _side(text: str, case: str, arm: str) -> Side:
    workload, _, rest = case.partition("/")
    mode, _, workers = rest.partition("/")
    if mode not in get_args(Mode) or (mode in ONE_BY_ONE) == bool(workers) or not re.fullmatch(r"[0-9]*", workers):
        message = f"The condition {text!r} names {case!r}, which is not a case: {SYNTAX}."
        raise UsageError(message)
    return Side(workload=workload, mode=cast("Mode", mode), workers=int(workers or 1), arm=arm)
