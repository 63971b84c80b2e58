"""Semantic versions: a number that says whether two methods' scores may be compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

PATTERN = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")


class Bump(IntEnum):
    """By how much a version must rise: which of its three numbers goes up by one."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """MAJOR.MINOR.PATCH, compared number by number.

    Source  Semantic Versioning 2.0.0, without what it allows behind the three numbers: whether
            a method is a draft is said by its state, and not by its version.
    """

    major: int
    minor: int
    patch: int

    @classmethod
    def parse(cls, text: str) -> Version:
        """Read a version. Raises ValueError on anything but three numbers and two points.

        >>> Version.parse("1.10.0") > Version.parse("1.9.9")
        True
        >>> Version.parse("1.0")
        Traceback (most recent call last):
        ...
        ValueError: the version '1.0' is not written as MAJOR.MINOR.PATCH, such as 1.0.0
        """
        found = PATTERN.fullmatch(text)
        if found is None:
            form = "is not written as MAJOR.MINOR.PATCH, such as 1.0.0"
            raise ValueError(f"the version {text!r} {form}")
        return cls(*map(int, found.groups()))

    def raised(self, bump: Bump) -> Version:
        """Return the least version that differs from this one by BUMP.

        >>> str(Version(1, 4, 2).raised(Bump.MINOR)), str(Version(1, 4, 2).raised(Bump.MAJOR))
        ('1.5.0', '2.0.0')
        """
        if bump == Bump.MAJOR:
            return Version(self.major + 1, 0, 0)
        if bump == Bump.MINOR:
            return Version(self.major, self.minor + 1, 0)
        if bump == Bump.PATCH:
            return Version(self.major, self.minor, self.patch + 1)
        return self

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"
