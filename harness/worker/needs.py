"""Which installed distributions a workload needs: those in its PEP 723 block, and what they need in turn."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

# The expression that PEP 723 gives for a block of inline script metadata.
BLOCK = re.compile(r"(?m)^# /// script$\s(?P<content>(^#(| .*)$\s)+)^# ///$")
REQUIREMENT = re.compile(r"\s*(?P<name>[A-Za-z0-9._-]+)\s*(\[(?P<extras>[^\]]*)\])?")
EXTRA = re.compile(r"""extra\s*==\s*['"]([^'"]+)['"]""")


def needs(path: str) -> list[str]:
    """Return the normalized names, in order.

    Of the markers only extras are read: what another marker rules out here is not installed, so it is left out anyway.
    """
    found: set[str] = set()
    due = _declared(Path(path).read_text(encoding="utf-8"))
    seen = set(due)
    while due:
        match = REQUIREMENT.match(due.pop())
        if match is None:
            continue
        extras = {extra.strip() for extra in (match["extras"] or "").split(",")}
        try:
            requires = metadata.distribution(match["name"]).requires or []
        except metadata.PackageNotFoundError:
            continue
        found.add(re.sub(r"[-_.]+", "-", match["name"]).lower())
        more = {each for each in requires if set(EXTRA.findall(each)) <= extras}
        due += more - seen
        seen |= more
    return sorted(found)


def _declared(source: str) -> list[str]:
    block = BLOCK.search(source)
    if block is None:
        return []
    lines = [line.removeprefix("#").removeprefix(" ") for line in block["content"].splitlines()]
    try:
        declared = tomllib.loads("\n".join(lines)).get("dependencies", [])
    except tomllib.TOMLDecodeError:
        return []  # the noxfile refuses such a file with its reason, before its environment is made
    return [each for each in declared if isinstance(each, str)]
