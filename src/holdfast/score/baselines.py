"""Simple forecasters to beat. Each is fitted on nothing but what was known at the origin.

All hand back days of first fall in so many draws, with the uncertainty of their own parameters.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from holdfast.score.adjacent import contested_adjacent
from holdfast.score.days import days_from_counts, spread_falls
from holdfast.score.exciting import self_exciting
from holdfast.score.growth import logistic
from holdfast.score.types import Forecast, Known

Baseline = Callable[[Known, np.random.Generator, int], Forecast]

RECENT = 14.0
"""Days from which the last rate is taken."""


def all_stay(known: Known, rng: np.random.Generator, draws: int = 1000) -> Forecast:
    """Nothing more falls."""
    del rng
    return Forecast("all stay", np.tile(known.fell, (draws, 1)))


def all_fall(known: Known, rng: np.random.Generator, draws: int = 1000) -> Forecast:
    """Everything falls, on any day to the end alike."""
    days = rng.uniform(known.origin, known.end, (draws, len(known.fell)))
    return Forecast("all fall", np.where(known.at_risk, days, known.fell))


def last_rate(known: Known, rng: np.random.Generator, draws: int = 1000) -> Forecast:
    """As many falls a day as in the last two weeks, anywhere alike."""
    span = max(min(RECENT, known.origin), 1.0)
    n = ((known.fell > known.origin - span) & (known.fell <= known.origin)).sum()
    rate = rng.gamma(n + 0.5, 1 / span, draws)
    daily = rng.poisson(rate[:, None], (draws, int(np.ceil(known.horizon))))
    days = days_from_counts(known, daily, rng)
    return spread_falls("last rate", known, days, np.ones(len(known.fell)), rng)


def _named(name: str, make: Baseline) -> Baseline:
    def named(known: Known, rng: np.random.Generator, draws: int = 1000) -> Forecast:
        return replace(make(known, rng, draws), name=name)

    return named


BASELINES: dict[str, Baseline] = {
    "all stay": all_stay,
    "last rate": last_rate,
    "logistic curve": _named("logistic curve", logistic),
    "contested and adjacent": _named("contested and adjacent", contested_adjacent),
    "self-exciting": _named("self-exciting", self_exciting),
    "all fall": all_fall,
}
