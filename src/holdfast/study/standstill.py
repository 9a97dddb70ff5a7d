"""Standstill: does the record pause for longer than whole wars of its fit do?

Weeks (`predictive.py`) are foretold along the record's own path and follow it into a pause; whole
wars do not, so that a pause for which the model has no reason shows against them.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import numpy as np

from holdfast.engine.run import Plan, keys
from holdfast.infer import Dated
from holdfast.study.posterior import Model
from holdfast.study.predictive import recorded_days
from holdfast.study.simulate import chunks, fight_as_drawn, join

WARS = 50
"""Whole wars, each of a draw of its own."""

DATED_WITHIN = 7.0
"""Days within which a fall must be dated to be looked at."""

MIDDLE = (0.1, 0.9)
"""Parts of the dated falls between which a pause counts: a war begins and ends slowly."""

FEWEST = 10
"""Dated falls without which nothing is said."""


@dataclass(frozen=True)
class Standstill:
    """Longest pause between falls, in days: the record's, and that of whole wars of the fit."""

    recorded: float
    low: float
    high: float  # ends of the band that holds nine in ten wars
    chance: float  # share of wars that pause as long, the record's own counted among them


def standstill(
    model: Model, dated: Dated, until: float, z: np.ndarray, seed: int = 1
) -> Standstill | None:
    """The longest pause of the record until a day beside those of wars at draws `z` [draws, free].

    None where too few falls are dated. Wars are dated as loosely as the record is, and lose as
    large a share of their falls, by lot, as it does not date; in truth those are late falls.
    """
    rng = np.random.default_rng([seed, int(until)])
    after, by = (np.asarray(x, float) for x in dated[:2])
    fell = np.isfinite(by)
    close = fell & (by - after <= DATED_WITHIN)
    recorded = pause(recorded_days(dated, rng)[close])
    if np.isnan(recorded):
        return None
    some = z[rng.choice(len(z), WARS, replace=len(z) < WARS)]
    plan = Plan(int(np.ceil(until)), reasons=False)
    values = model.many(some)
    drawn = lambda rows: (keys(seed, rows), jax.tree.map(lambda x: x[rows], values))  # noqa: E731
    wars = join([*fight_as_drawn(model.theatre, model.mechanisms, plan, chunks(WARS), drawn)])
    first = np.where(np.asarray(wars.held_at_start) > 0, np.inf, wars.first_fall)
    kept = (first <= until) & (rng.random(first.shape) < close.sum() / fell.sum())
    loosely = rng.choice((by - after)[close], first.shape) * (rng.random(first.shape) - 0.5)
    pauses = np.array([pause(day[here]) for day, here in zip(first + loosely, kept, strict=True)])
    pauses = pauses[np.isfinite(pauses)]
    if len(pauses) < FEWEST:
        return None
    low, high = np.quantile(pauses, [0.05, 0.95])
    chance = (1 + (pauses >= recorded).sum()) / (1 + len(pauses))
    return Standstill(recorded, float(low), float(high), float(chance))


def pause(day: np.ndarray) -> float:
    """Days of the longest gap between falls of the middle; nan of fewer than `FEWEST`.

    >>> pause(np.array([0, 1, 2, 3, 4, 9, 10, 11, 12, 13, 40]))
    5.0
    """
    if len(day) < FEWEST:
        return np.nan
    low, high = np.quantile(day, MIDDLE)
    inside = np.sort(day[(day >= low) & (day <= high)])
    return float(np.diff(inside).max(initial=0.0))
