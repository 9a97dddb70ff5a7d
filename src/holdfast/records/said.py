"""What a reader of outside files did on the way: told to the user, kept beside the tables."""

from dataclasses import dataclass
from enum import StrEnum


class About(StrEnum):
    """What a remark is about, in the order in which remarks are told."""

    READ = "read"
    MENDED = "mended"
    LEFT_OUT = "left out"
    ASSUMED = "assumed"
    MISSING = "missing"
    TERMS = "terms"


@dataclass(frozen=True)
class Said:
    """One remark, a sentence or two without an end stop."""

    about: About
    words: str


def counted(n: int, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> counted(1, "event"), counted(1200, "event"), counted(2, "city", "cities")
    ('1 event', '1,200 events', '2 cities')
    """
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def some(words: list[str], most: int = 5) -> str:
    """The first few of a list, and how many more there are.

    >>> some(["a", "b", "c"], 2)
    'a, b and 1 more'
    """
    more = len(words) - most
    return ", ".join(words[:most]) + (f" and {more:,} more" if more > 0 else "")
