"""Whether a fitted model makes its own war: the rule, and the numbers that it looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

MOST_OUTSIDE = 0.25
"""Share of the record's counts that may lie outside the 90% band. Judgement: one in ten is what a
right model would have, and counts of the same days leave a band together."""

RULE = (
    f"By rule a fit makes its own war if at most {MOST_OUTSIDE:.0%} of the record's counts lie"
    " outside the 90% band of its free wars, and the number of first falls lies inside it."
)


@dataclass(frozen=True)
class FreeWars:
    """What free wars of a fit count until the last day of which it knew, beside the record.

    Of so many `rows` of the record, counts all, `outside` lie outside the 90% band of the wars.
    `low`, `middle` and `high` are first falls in the wars, `recorded` those of the record, which
    may be a fraction where it is not known who held a district on the first day. `trackers` has
    the title, rows, those inside, and the mean width of the band as a share of all units.
    """

    wars: int
    until: str
    rows: int
    outside: int
    low: float
    middle: float
    high: float
    recorded: float
    trackers: tuple[tuple[str, int, int, float], ...]

    @property
    def makes_its_war(self) -> bool:
        """Whether the record is one that such wars might have had, by the rule."""
        enough = self.outside <= MOST_OUTSIDE * self.rows
        return enough and bool(self.low <= self.recorded <= self.high)

    @property
    def found(self) -> str:
        """The numbers that the rule looks at."""
        counts = f"{self.outside} of {self.rows} counts of the record outside its 90% band; "
        record = f"{self.recorded:.1f}".removesuffix(".0")
        return (
            f"{counts if self.rows else ''}it loses {districts(self.middle)}"
            f" ({self.low:.0f} to {self.high:.0f}), the record {record}"
        )

    @property
    def verdict(self) -> str:
        """Whether the fit makes its own war, in a sentence."""
        verb = "makes" if self.makes_its_war else "does not make"
        return f"The fitted model {verb} this war ({self.found})."

    @property
    def no_verdict(self) -> str:
        """Why there is no verdict on a claim; "" where the fit makes its own war."""
        found = f"The fitted model does not make this war ({self.found}): no verdict."
        return "" if self.makes_its_war else found

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values."""
        return asdict(self) | {"trackers": [list(row) for row in self.trackers],
                               "makes_its_war": self.makes_its_war,
                               "verdict": self.verdict}  # fmt: skip

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> FreeWars:
        """What `as_dict` wrote."""
        kept: dict[str, Any] = {key: found[key] for key in cls.__dataclass_fields__}
        kept["trackers"] = tuple(tuple(row) for row in kept["trackers"])
        return cls(**kept)


def districts(n: float) -> str:
    """So many districts, in words.

    >>> districts(1), districts(2.5)
    ('1 district', '2 districts')
    """
    return f"{n:.0f} district{'' if round(n) == 1 else 's'}"
