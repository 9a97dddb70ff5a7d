"""What was known, what was forecast and what came: days are counted from the scenario's first.

The first day runs from 0 to 1, so the day with index t ends at t + 1. A negative day of capture
is before the war.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Known:
    """What was known at the origin, and how far ahead to look; D districts, N neighbours at most.

    A district is at risk exactly where `fell` is inf: what is forecast is a first fall.
    """

    origin: float  # day
    horizon: float  # days after the origin
    fell: np.ndarray  # [D] day of first capture, inf where not known to have fallen
    at_risk: np.ndarray  # [D] bool, not known to be lost
    neighbour: np.ndarray  # [D, N] row of a neighbour
    tie: np.ndarray  # [D, N] share of the border, 0 where padded
    contested: np.ndarray  # [D] 0..1, how far insurgents ran it before
    capital: np.ndarray  # [D] bool
    province: np.ndarray  # [D] number of the province

    def __post_init__(self) -> None:
        _same_length(self, ("fell", "at_risk", "neighbour", "tie", "contested", "capital"))
        _same_length(self, ("fell", "province"))
        if self.origin < 0 or self.horizon <= 0:
            raise ValueError(
                f"origin {self.origin} and horizon {self.horizon}: forecasts begin at day 0 or "
                "later and look ahead"
            )
        if np.isnan(self.fell).any() or ((self.fell > self.origin) & (self.fell < np.inf)).any():
            raise ValueError(
                "a day of capture is missing or after the origin: cut the record first"
            )
        if not np.array_equal(self.at_risk, self.fell == np.inf):
            raise ValueError("a district is at risk exactly where `fell` is inf: see Known")
        if self.neighbour.shape != self.tie.shape or (self.tie < 0).any():
            raise ValueError("`tie` needs the shape of `neighbour` and no negative share")
        if not ((self.contested >= 0) & (self.contested <= 1)).all():
            raise ValueError("`contested` is a share, between 0 and 1")

    @property
    def end(self) -> float:
        """The last day to forecast."""
        return self.origin + self.horizon


@dataclass(frozen=True)
class Forecast:
    """Days of first fall in M draws: what every forecaster, model or baseline, hands in.

    inf where a district does not fall by the horizon; those lost already keep their known day.
    """

    name: str
    falls: np.ndarray  # [M, D] day

    def __post_init__(self) -> None:
        if self.falls.ndim != 2 or not len(self.falls) or np.isnan(self.falls).any():
            raise ValueError(f"{self.name}: falls must be [draw, district] and hold no NaN")

    def fallen(self, day: float) -> np.ndarray:
        """What has fallen by the end of a day, bool [M, D]."""
        return self.falls <= day


@dataclass(frozen=True)
class Outcome:
    """When districts first fell, as far as it is known: each fall lies in (`after`, `by`]."""

    after: np.ndarray  # [D] last day on which it surely stood, -inf where there is none
    by: np.ndarray  # [D] first day by which it had surely fallen, inf where it held to the end

    def __post_init__(self) -> None:
        _same_length(self, ("after", "by"))
        if np.isnan(self.after).any() or np.isnan(self.by).any() or (self.after > self.by).any():
            raise ValueError("every `after` must be a day before or on its `by`")

    def fallen(self, day: float) -> np.ndarray:
        """Status at the end of a day, float [D]: 1 fallen, 0 standing, NaN not known."""
        return np.where(self.by <= day, 1.0, np.where(self.after >= day, 0.0, np.nan))

    def chance_fallen(self, day: float) -> np.ndarray:
        """The same, [D], with a fall on any day of its interval as likely as on any other.

        NaN where an interval has no end.
        """
        length = np.where(np.isfinite(self.by - self.after), self.by - self.after, np.nan)
        inside = (day - np.where(np.isfinite(self.after), self.after, 0)) / np.maximum(length, 1e-9)
        return np.where(np.isnan(self.fallen(day)), inside, self.fallen(day))

    @property
    def best(self) -> np.ndarray:
        """Best day of fall [D]: the midpoint of the interval; inf where there was none.

        Where nothing is known of a day on which it still stood, the day by which it had fallen.
        """
        known = np.isfinite(self.after) & np.isfinite(self.by)
        after, by = np.where(known, self.after, 0), np.where(known, self.by, 0)
        return np.where(known, (after + by) / 2, self.by)


def _same_length(value: object, fields: tuple[str, ...]) -> None:
    lengths = {field: len(getattr(value, field)) for field in fields}
    if len(set(lengths.values())) != 1:
        raise ValueError(f"one entry per district is needed in each: {lengths}")
