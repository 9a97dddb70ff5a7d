"""Small made-up wars, and trackers to watch them."""

from dataclasses import dataclass

import numpy as np
import pytest

from holdfast.observe import observe
from holdfast.vocabulary.types import Names, Trajectory, weeks


@dataclass(frozen=True)
class Watcher:
    """A tracker as settings declare it."""

    counts: str = "centre"
    lag_days: float = 0.0
    threshold: float | None = None
    contested_above: float | None = None
    units: str = "all"
    title: str = "A watcher"
    total_units: int = 4


def war(held, countryside=None, held_at_start=None, **others) -> Trajectory:
    """Wars with the given centres [member, day, district]; all else is zero unless given."""
    held = np.asarray(held, np.uint8)
    members, days, districts = held.shape
    began = np.zeros((members, districts), np.uint8) if held_at_start is None else held_at_start
    of = lambda *shape: np.zeros((members, *shape))  # noqa: E731
    given = {
        "held": held,
        "countryside": 100 * held if countryside is None else np.asarray(countryside, np.uint8),
        "held_at_start": np.asarray(began, np.uint8),
        "serving": of(days, districts),
        "surrendered": of(days, districts),
        "abroad": of(days, districts),
        "fates": of(days, 7),
        "fighters": of(days),
        "fates_by_district": of(districts, 7),
        "first_fall": of(districts) + np.inf,
        "manner": of(districts).astype(int) - 1,
        "n_falls": of(districts),
        "n_retaken": of(districts),
        "forced": of(districts),
        "present": of(districts),
        "why": of(districts, 2),
        "push": of(len(weeks(days)), districts, 2),
        "resolve": of(districts),
    }
    return Trajectory(**(given | others))


def names(districts: int, days: int) -> Names:
    ids = tuple(f"D{i}" for i in range(districts))
    start = np.datetime64("2021-05-01")
    here = tuple("P" for _ in ids)
    return Names("made-up", "Made up", ids, ids, ("P",), here, ("C",), start, days)


@pytest.fixture
def look():
    """Observes wars with the given centres; the first district is the capital."""

    def look(held, trackers, **others):
        wars = war(held, **others)
        _, days, districts = wars.held.shape
        capital = np.arange(districts) == 0
        return observe(wars, names(districts, days), capital, trackers, ["pledge", "fear"])

    return look


@pytest.fixture
def watcher():
    return Watcher
