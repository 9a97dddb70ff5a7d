"""What each tracker counts: by which rule a district is lost, and after how many days."""

from __future__ import annotations

from math import ceil
from typing import NamedTuple, Protocol

import numpy as np


class Tracker(Protocol):
    """What one observer counts and when he says that a district is lost."""

    @property
    def title(self) -> str:
        """What he is called."""
        ...

    @property
    def counts(self) -> str:
        """`centre`, or `countryside`."""
        ...

    @property
    def units(self) -> str:
        """`all`, `capitals`, or `districts` (all but the capitals)."""
        ...

    @property
    def total_units(self) -> int:
        """His own denominator."""
        ...

    @property
    def lag_days(self) -> float:
        """Days for which a loss must have stood before it is counted."""
        ...

    @property
    def threshold(self) -> float | None:
        """Share of the countryside above which a district is lost, None for who counts centres."""
        ...

    @property
    def contested_above(self) -> float | None:
        """Share above which it is contested, None for who counts centres."""
        ...


class Count(NamedTuple):
    """What one tracker would have counted, [member, day] each; NaN for what he does not count."""

    districts_held: np.ndarray
    contested: np.ndarray
    government: np.ndarray
    captured: np.ndarray
    recaptured: np.ndarray
    captured_and_held: np.ndarray


def counted_units(tracker: Tracker, capital: np.ndarray) -> np.ndarray:
    """Which districts a tracker counts, bool [D]."""
    seat = np.asarray(capital).astype(bool)
    return {"all": np.ones_like(seat), "capitals": seat, "districts": ~seat}[tracker.units]


def stood_for(state: np.ndarray, before: np.ndarray, days: float) -> np.ndarray:
    """Where a state has stood for at least so many days, bool as `state` [member, day, D].

    `before` [member, D] is the state on the eve of the first day, taken to have stood for ever.
    A state that begins on day t stands in the result from day t + `days`, rounded up.
    """
    stood, n, wanted = state, 1, ceil(days) + 1
    while n < wanted:  # what stood on n days stood on 2 n if it also did n days earlier
        earlier = min(n, wanted - n)
        longer = stood.copy()
        longer[:, earlier:] &= stood[:, :-earlier]
        longer[:, :earlier] &= before[:, None]
        stood, n = longer, n + earlier
    return stood


def count(
    tracker: Tracker,
    held: np.ndarray,
    countryside: np.ndarray,
    held_at_start: np.ndarray,
    capital: np.ndarray,
) -> Count:
    """What a tracker would have counted of wars.

    `held` (0 or 1) and `countryside` (percent) are [member, day, D], `held_at_start` [member, D].
    Of the countryside before the first day nothing is known: it is taken to be as on that day.
    """
    mine = counted_units(tracker, capital)
    if tracker.counts == "centre":
        state, before = held[..., mine] > 0, held_at_start[:, mine] > 0
        lost = stood_for(state, before, tracker.lag_days)
        unknown = np.full(held.shape[:2], np.nan, np.float32)
        return Count(lost.sum(-1), unknown, unknown, *_changes(lost, before))
    run = countryside[..., mine]
    lost, before = _above(run, tracker.threshold, tracker.lag_days)
    touched, _ = _above(run, tracker.contested_above, tracker.lag_days)
    contested = (touched & ~lost).sum(-1).astype(np.float32)
    government = mine.sum() - lost.sum(-1) - contested
    return Count(lost.sum(-1), contested, government, *_changes(lost, before))


def _above(run: np.ndarray, share: float | None, lag: float) -> tuple[np.ndarray, np.ndarray]:
    if share is None:
        raise ValueError("a tracker of the countryside needs threshold and contested_above")
    state = run > 100 * share
    return stood_for(state, state[:, 0], lag), state[:, 0]


def _changes(lost: np.ndarray, before: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Captures and recaptures seen so far, and districts lost that were not so on the eve."""
    was = np.concatenate([before[:, None], lost[:, :-1]], axis=1)
    captured = np.cumsum((lost & ~was).sum(-1), axis=1)
    recaptured = np.cumsum((was & ~lost).sum(-1), axis=1)
    return captured, recaptured, (lost & ~before[:, None]).sum(-1)
