"""What is asked of the interpreters' builds, how configure is called for it, and how long a build takes."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from harness.interpreters.build_description import Build

# The same for both of a pair, which differ in --disable-gil alone.
PLAIN = ("--without-ensurepip", "--disable-test-modules")
OPTIMIZED = (*PLAIN, "--enable-optimizations", "--with-lto")


@dataclass(frozen=True)
class Recipe:
    """How the interpreters are to be built; those of each recipe have cache entries of their own."""

    optimized: bool = False  # with profile-guided and link-time optimization (PGO and LTO)

    @property
    def options(self) -> tuple[str, ...]:
        """The options of configure, apart from the prefix and the GIL."""
        return OPTIMIZED if self.optimized else PLAIN

    @property
    def suffix(self) -> str:
        """What the names of its cache entries end with."""
        return "-optimized" if self.optimized else ""

    @property
    def duration(self) -> str:
        """How long one build takes, for people."""
        return "up to an hour with PGO and LTO" if self.optimized else "two to three minutes"

    def fits(self, build: Build) -> bool:
        """Return whether an interpreter, wherever it comes from, was built as is asked."""
        return not self.optimized or (build.pgo and build.lto)


ANY = Recipe()  # whatever is there will do


def requested(words: Sequence[str]) -> Recipe:
    """Read what the options of `bench` ask of the builds; everything else among the words is for others to read."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--optimized", action="store_true")
    known, _ = parser.parse_known_args(list(words))
    return Recipe(optimized=known.optimized)
