"""What is wrong with a scenario, or odd in it: each with its place and its likely cure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches

LONGEST = 60  # characters of a wrong value that are shown
LONGEST_SAID = 300  # characters of what is wrong with it
MOST_OF_A_KIND = 20
"""Problems of one kind that are kept: a million lines that say the same help nobody."""

MOST_WORDS = 40
"""Known words that are listed where none is near."""

MANY = 500
"""Known words from which on only those that begin alike are compared: the others take too long."""

IN_QUOTES = re.compile(r"""'[^']*'|"[^"]*"|[\d.,]+""")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, where it stands, what is allowed there and the likely cure.

    `line` counts from 1 as an editor does, None when the problem is not on one line. `value` is
    None when there is none to show. `check` is the name of the check that found it. A problem that
    does not `stop` is told, but the scenario can be used; where nothing is `allowed` in so many
    words, `says` is whole sentences. `more` stands for so many others like it, none of them shown.
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
    more: int = 0

    @property
    def kind(self) -> tuple[str, str | None, str, str]:
        """What it has in common with others: file, column, check and words without their values."""
        words = IN_QUOTES.sub("", self.says) if self.check in ("columns", "files") else ""
        return self.file, self.column, self.check, words

    def __str__(self) -> str:
        place = self.file + (f" line {self.line}" if self.line and not self.more else "")
        place += f", {self.column}" if self.column else ""
        if self.more:
            return f"{place}: and {self.more:,} more like these ({self.says})"
        if not self.allowed:
            return self.says if self.file in self.says else f"{place}: {self.says}"
        says = self.says if len(self.says) <= LONGEST_SAID else self.says[:LONGEST_SAID] + "..."
        subject = f"{shown(self.value)} {says}" if self.value is not None else says
        return f"{place}: {subject}; allowed: {self.allowed}; cure: {self.cure}"


class Gathered:
    """Problems as they are found: of each kind the first few are kept and the others counted.

    >>> found = Gathered(Problem("a.csv", "is empty", "text", "fill it", n) for n in range(1, 31))
    >>> len(found.told()), str(found.told()[-1])
    (21, 'a.csv: and 10 more like these (is empty)')
    """

    def __init__(self, found: Iterable[Problem] = ()) -> None:
        self._kept: dict[tuple[str, str | None, str, str], list[Problem]] = {}
        self._more: dict[tuple[str, str | None, str, str], int] = {}
        self.add(found)

    def __bool__(self) -> bool:
        return bool(self._kept)

    def add(self, found: Iterable[Problem]) -> None:
        """Take more of them."""
        for problem in found:
            kept = self._kept.setdefault(problem.kind, [])
            if problem.more or len(kept) >= MOST_OF_A_KIND:
                self._more[problem.kind] = self._more.get(problem.kind, 0) + (problem.more or 1)
            if len(kept) < MOST_OF_A_KIND:
                kept.append(problem)

    def told(self) -> tuple[Problem, ...]:
        """Those that were kept, in the order they came in, each kind with how many more it has."""
        found = []
        for kind, kept in self._kept.items():
            more = self._more.get(kind, 0)
            found += [problem for problem in kept if not problem.more]
            found += [replace(kept[-1], more=more)] if more else []
        return tuple(found)


class ScenarioError(ValueError):
    """A scenario that cannot be used, with all its problems."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=_place))
        super().__init__("\n".join(map(str, self.problems)))


def count(problems: Iterable[Problem]) -> int:
    """How many problems there are, those that are only counted too."""
    return sum(problem.more or 1 for problem in problems)


def nearest(word: str, words: Iterable[str]) -> str:
    """Return a cure that names the known word most like this one, or all of them if none is near.

    >>> nearest("polise", ["police", "army"])
    "did you mean 'police'?"
    """
    known = list(words)
    close = _close(word, known) or _close(word.lower(), known)
    if close:
        return f"did you mean {close!r}?"
    more = len(known) - MOST_WORDS
    listed = ", ".join(known[:MOST_WORDS]) + (f" and {more:,} more" if more > 0 else "")
    return f"use one of {listed}"


class Near:
    """Finds the known word most like one that is not; after the first few it no longer looks."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known, self._asked = list(known), 0

    def __call__(self, word: str, otherwise: str) -> str:
        """The cure that names it, or another one where no word is near."""
        self._asked += 1
        if self._asked > MOST_OF_A_KIND:
            return otherwise
        cure = nearest(word, self._known)
        return cure if cure.startswith("did you mean") else otherwise


def _close(word: str, known: list[str]) -> str | None:
    if len(word) > LONGEST:
        return None
    if len(known) > MANY:
        begins = word[:2].lower()
        known = [k for k in known if k[:2].lower() == begins and abs(len(k) - len(word)) < 3]
    close = get_close_matches(word, known[:MANY], n=1)
    return close[0] if close else None


def shortened(value: str) -> str:
    """As much of a wrong value as is shown."""
    return value if len(value) <= LONGEST else value[: LONGEST - 3] + "..."


def shown(value: str) -> str:
    """The same in quotes."""
    return repr(shortened(value))


def _place(problem: Problem) -> tuple[str, int, str, int]:
    return problem.file, problem.line or 0, problem.column or "", problem.more
