"""What is wrong with a scenario: every problem, with its place and its likely cure."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

LONGEST = 60  # characters of a wrong value that are shown


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, where it stands, what is allowed there and the likely cure.

    `line` counts from 1 as an editor does, None when the problem is not on one line. `value` is
    None when there is none to show. `check` is the name of the check that found it. A problem that
    does not `stop` is told by `look_at`, but the scenario can be used.
    """

    file: str
    says: str
    allowed: str
    cure: str
    line: int | None = None
    column: str | None = None
    value: str | None = None
    check: str = "columns"
    stops: bool = True

    def __str__(self) -> str:
        place = self.file + (f" line {self.line}" if self.line else "")
        place += f", {self.column}" if self.column else ""
        subject = f"{_shown(self.value)} {self.says}" if self.value is not None else self.says
        return f"{place}: {subject}; allowed: {self.allowed}; cure: {self.cure}"


class ScenarioError(ValueError):
    """A scenario that cannot be used, with all its problems."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.file, p.line or 0, p.column or "")))
        super().__init__("\n".join(map(str, self.problems)))


def nearest(word: str, words: Iterable[str]) -> str:
    """Return a cure that names the known word most like this one, or all of them if none is near.

    >>> nearest("polise", ["police", "army"])
    "did you mean 'police'?"
    """
    known = list(words)
    close = get_close_matches(word, known, n=1) or get_close_matches(word.lower(), known, n=1)
    return f"did you mean {close[0]!r}?" if close else f"use one of {', '.join(known)}"


def shortened(value: str) -> str:
    """As much of a wrong value as is shown."""
    return value if len(value) <= LONGEST else value[: LONGEST - 3] + "..."


def _shown(value: str) -> str:
    return repr(shortened(value))
