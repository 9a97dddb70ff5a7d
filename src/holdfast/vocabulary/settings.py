"""What a scenario says of itself as a whole: its settings, once they are checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Insurgents:
    """How many fighters there are, with the ends of the sources' range."""

    total: int
    total_low: int
    total_high: int
    source_id: str


@dataclass(frozen=True)
class Tracker:
    """What one observer counts, and when he says that a district is lost.

    `counts` is centre or countryside; `threshold` and `contested_above` are shares of the
    countryside in insurgent hands, None for those who count centres. `units` says which districts
    are counted: all, capitals of provinces only, or districts, which leaves the capitals out.
    """

    title: str
    counts: str
    total_units: int
    definition: str
    source_id: str
    units: str = "all"
    lag_days: float = 0.0
    threshold: float | None = None
    contested_above: float | None = None


@dataclass(frozen=True)
class PostSizes:
    """The most men in one post: of a base, and of a checkpoint."""

    company: int = 40
    checkpoint: int = 20


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both counted."""

    first: date
    last: date


@dataclass(frozen=True)
class Splits:
    """What is calibrated on, what is scored on, and the days forecasts are frozen at."""

    calibration: Span | None = None
    scoring: Span | None = None
    origins: tuple[date, ...] = ()


@dataclass(frozen=True)
class Settings:
    """The settings of a scenario. An empty `mechanisms` means all of them.

    `islands` names a district of each part of the map that is meant to touch no other.
    """

    name: str
    title: str
    summary: str
    start: date
    end: date
    national_capital: str
    insurgents: Insurgents
    trackers: Mapping[str, Tracker]
    posts: PostSizes
    splits: Splits
    dt: float = 1.0
    default_parameters: str = "parameters.csv"
    mechanisms: tuple[str, ...] = ()
    islands: tuple[str, ...] = ()
