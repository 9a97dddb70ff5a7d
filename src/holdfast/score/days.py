"""What baselines share: the days known so far, neighbours lost, and falls played forward.

Days are counted back from the origin and on from it, so that an origin within a day is no
trouble. Baselines read `Known` and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from holdfast.score.types import Forecast, Known

QUIET = 0.1  # weight of a district wholly without insurgents beside 1 + QUIET where they ran it


class Past(NamedTuple):
    """Every day from the first to the origin; T days, the last ends at the origin."""

    lost: np.ndarray  # [T, D] bool, fallen before the day began
    fell: np.ndarray  # [T, D] bool, fell on the day

    @property
    def n_falls(self) -> np.ndarray:
        """Falls on each day [T]."""
        return self.fell.sum(1)


def past(known: Known) -> Past:
    """The days so far; falls before the first day (negative) are lost from the start."""
    n_days = int(np.floor(known.origin)) + 1
    begins = known.origin - n_days + np.arange(n_days)[:, None]
    in_war = np.where(known.fell < 0, -np.inf, known.fell)
    lost = in_war <= begins
    return Past(lost, (in_war <= begins + 1) & ~lost)


def neighbour_weights(known: Known) -> np.ndarray:
    """Share of each neighbour [D, D] in a district's ties: rows sum to 1, or 0 without any."""
    n_districts = len(known.fell)
    weights = np.zeros((n_districts, n_districts))
    tied = known.tie > 0
    np.add.at(weights, (np.nonzero(tied)[0], known.neighbour[tied]), known.tie[tied])
    total = weights.sum(1, keepdims=True)
    return np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)


def susceptibility(known: Known) -> np.ndarray:
    """How readily a district falls beside others [D]: contested plus `QUIET`."""
    return known.contested + QUIET


def spread_falls(
    name: str, known: Known, days: np.ndarray, weight: np.ndarray, rng: np.random.Generator
) -> Forecast:
    """Hand nation-wide days of fall to districts at risk, one after the other.

    `days` [M, K] ascend and end in inf where a draw has fewer; each takes one of the districts
    still standing with a chance in proportion to `weight` [D]. Falls beyond the last are dropped.
    """
    at_risk = np.flatnonzero(known.at_risk)
    falls = np.repeat(known.fell[None], len(days), axis=0)
    # The earliest of exponential clocks is drawn in proportion to their rates, and so is the next.
    turn = np.argsort(rng.exponential(size=(len(days), len(at_risk))) / weight[at_risk], axis=1)
    n = min(days.shape[1], len(at_risk))
    np.put_along_axis(falls, at_risk[turn[:, :n]], days[:, :n], axis=1)
    return Forecast(name, falls)


def days_from_counts(known: Known, n_falls: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Ascending days of fall [M, K] from the counts of the days ahead [M, T], inf at the end.

    Within its day a fall is at any hour; the last day may be cut short by the horizon. No more
    are kept than districts are at risk.
    """
    n_most = int(known.at_risk.sum())
    begins = known.origin + np.arange(n_falls.shape[1])
    length = np.minimum(1.0, known.end - begins)
    total = np.cumsum(n_falls, axis=1)
    days = np.full((len(n_falls), n_most), np.inf)
    for draw, so_far in enumerate(total):
        n = min(int(so_far[-1]), n_most)
        day = np.searchsorted(so_far, np.arange(n), side="right")
        days[draw, :n] = np.sort(begins[day] + rng.random(n) * length[day])
    return days


def play_forward(
    name: str,
    known: Known,
    rng: np.random.Generator,
    hazard: Callable[[np.ndarray, np.ndarray], np.ndarray],
    draws: int,
) -> Forecast:
    """Let districts fall day by day, each draw on its own.

    `hazard(lost, fell_before)` gives the cumulative hazard [M, D] of a whole day from what was
    lost when it began (bool [M, D]) and what fell on the day before; it is called once a day.
    """
    falls = np.repeat(known.fell[None], draws, axis=0)
    lost = falls <= known.origin
    fell = np.repeat(past(known).fell[-1:], draws, axis=0)
    for begin in known.origin + np.arange(int(np.ceil(known.horizon))):
        length = min(1.0, known.end - begin)
        fell = (rng.exponential(size=lost.shape) < hazard(lost, fell) * length) & ~lost
        falls[fell] = begin + rng.random(int(fell.sum())) * length
        lost = lost | fell
    return Forecast(name, falls)
