"""What a scenario says of itself as a whole: its settings, once they are checked.

Each key carries its meaning, from which the manual is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

MOST_STEPS_A_DAY = 64
"""Shorter steps change nothing but the time they take: tests/engine/test_order.py."""


def is_part_of_a_day(dt: float) -> bool:
    """Whether so many days are one of a whole number of steps of a day.

    >>> is_part_of_a_day(0.25), is_part_of_a_day(0.3)
    (True, False)
    """
    return 1 / MOST_STEPS_A_DAY <= dt <= 1 and abs(1 / dt - round(1 / dt)) < 1e-6


@dataclass(frozen=True)
class Insurgents:
    """How many fighters there are, with the ends of the sources' range."""

    total: Annotated[int, "best figure of fighters on the first day"]
    total_low: Annotated[int, "lower end of what sources say"]
    total_high: Annotated[int, "upper end of what sources say"]
    source_id: Annotated[str, "sources; ids joined by ;"]


@dataclass(frozen=True)
class Tracker:
    """What one observer counts, and when he says that a district is lost.

    `threshold` and `contested_above` are None for those who count centres.
    """

    title: Annotated[str, "who counts"]
    counts: Annotated[str, "what is looked at: centre or countryside"]
    total_units: Annotated[int, "the tracker's own denominator"]
    definition: Annotated[str, "in a sentence, when a district counts as lost"]
    source_id: Annotated[str, "sources; ids joined by ;"]
    units: Annotated[
        str, "which districts: all, capitals (of provinces only), districts (without the capitals)"
    ] = "all"
    lag_days: Annotated[float, "days that a fall must have stood to show in the count"] = 0.0
    threshold: Annotated[
        float | None, "share of the countryside above which a district is lost"
    ] = None
    contested_above: Annotated[float | None, "the same, above which it is contested"] = None


@dataclass(frozen=True)
class PostSizes:
    """The most men in one post: of a base, and of a checkpoint."""

    company: Annotated[int, "most men in a post of a base"] = 40
    checkpoint: Annotated[int, "most men in any other post"] = 20


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both counted."""

    first: date
    last: date


@dataclass(frozen=True)
class Splits:
    """What is calibrated on, what is scored on, and the days forecasts are frozen at."""

    calibration: Annotated[
        Span | None, "days to calibrate on, { from = 2021-05-01, to = 2021-07-14 }"
    ] = None
    scoring: Annotated[Span | None, "days to score on, written the same way"] = None
    origins: Annotated[tuple[date, ...], "days at which forecasts are frozen"] = ()


@dataclass(frozen=True)
class Settings:
    """The settings of a scenario."""

    name: Annotated[str, "name by which the program calls it"]
    title: Annotated[str, "title over its reports"]
    summary: Annotated[str, "what it is, in a line"]
    start: Annotated[date, "first day"]
    end: Annotated[date, "last day"]
    national_capital: Annotated[str, "id of the district that is the seat of government"]
    insurgents: Annotated[Insurgents, "how many fighters there are"]
    trackers: Annotated[Mapping[str, Tracker], "one table for each tracker, under its id"]
    posts: Annotated[PostSizes, "how strengths are split into posts"]
    splits: Annotated[Splits, "what is calibrated on and what is scored on"]
    dt: Annotated[float, "days in a step: 1, 0.5, 0.25 ..."] = 1.0
    default_parameters: Annotated[str, "file of the default set of parameters"] = "parameters.csv"
    mechanisms: Annotated[
        tuple[str, ...], "the only mechanisms in use; left out, every one that there is"
    ] = ()
    islands: Annotated[
        tuple[str, ...], "a district of each part of the map that is meant to touch no other"
    ] = ()
