"""A tiny made-up ensemble: four wars of five days over four districts, and its record."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from holdfast.observe import as_counted, observe, record_series
from holdfast.report import About, Record
from holdfast.vocabulary.types import Names, Trajectory

NAMES = ("Seat", "North", "South", "East")
FALL = np.array([[np.inf, 1, 3, np.inf], [np.inf, 2, 3, np.inf], [np.inf, 2, 5, 5], [4, 2, 4, 5]])
MANNER = np.array([[-1, 0, 1, -1], [-1, 0, 1, -1], [-1, 1, 1, 2], [2, 2, 1, 0]])
LAST = [  # surrendered, deserted, abroad, killed, killed after surrender, returned, withdrew
    [60, 30, 10, 5, 2, 1, 0],
    [70, 20, 10, 6, 2, 1, 0],
    [80, 10, 10, 7, 2, 1, 0],
    [90, 10, 0, 8, 2, 1, 0],
]


@dataclass(frozen=True)
class Watcher:
    title: str = "The watcher"
    counts: str = "centre"
    units: str = "all"
    total_units: int = 4
    lag_days: float = 0.0
    threshold: float | None = None
    contested_above: float | None = None


@pytest.fixture
def wars():
    """The ensemble; `names` replaces the names of districts."""

    def wars(names=NAMES):
        day = np.arange(1, 6)[None, :, None]
        held = (FALL[:, None, :] <= day).astype(np.uint8)
        end, of = np.asarray(LAST, float), lambda *shape: np.zeros((4, *shape))
        fought = Trajectory(
            held=held,
            countryside=100 * held,
            serving=of(5, 4) + 25,
            surrendered=of(5, 4),
            abroad=of(5, 4),
            fates=end[:, None, :] * day / 5,
            fighters=of(5),
            fates_by_district=of(4, 7),
            first_fall=FALL,
            manner=MANNER,
            n_falls=np.isfinite(FALL),
            n_retaken=of(4),
            forced=of(4),
            held_at_start=of(4),
            present=of(4) + 50,
            why=np.ones((4, 4, 2)) * [1.0, 2.0],
            push=np.ones((4, 2, 4, 2)) * [1.0, 2.0],
            resolve=of(4) + 0.5,
        )
        start = np.datetime64("2021-05-01")
        ids, provinces = ("A", "B", "C", "D"), ("P", "P", "Q", "Q")
        called = Names("tiny", "A tiny war", ids, names, ("P", "Q"), provinces, ("c",), start, 5)
        return observe(fought, called, np.array([1, 0, 0, 0]), TRACKERS, ["pledge", "fear"])

    return wars


TRACKERS = {"watch": Watcher(), "seats": Watcher(title="Seats", units="capitals", total_units=1)}
CONTROL = [
    ["t1", "2021-05-03", "watch", "held", None, 2, 2, 4, "asserts"],
    ["t2", "2021-05-05", "watch", "held", None, 0, 0, 4, "asserts"],
    ["t3", "2021-05-05", "watch", "held", None, 1, 1, 4, "derived"],
    ["t4", "2021-05-05", "watch", "held", None, 4, 4, 4, "claims"],
    ["t5", "2021-05-05", "seats", "capitals_held", None, 1, np.nan, 1, "asserts"],
]
CONTROL_COLUMNS = ["control_id", "date", "tracker", "measure", "since", "value_low", "value_high"]
COUNTS = [
    ["n1", "2021-05-02", "killed_after_surrender", 22, 22, "soldiers", "asserts", "A paper", ""],
    ["n2", "2021-05-02", "killed_after_surrender", np.nan, np.nan, "soldiers", "denies", "B", "n1"],
    ["n3", "2021-05-02", "crossed_abroad", 10, 10, "soldiers", "asserts", "A paper", ""],
]
COUNT_COLUMNS = ["count_id", "date", "what", "low", "high", "unit", "stance", "speaker"]


@pytest.fixture
def record(wars):
    control = pd.DataFrame(CONTROL, columns=[*CONTROL_COLUMNS, "total_units", "stance"])
    control["date"] = pd.to_datetime(control["date"])
    control["since"] = pd.to_datetime(control["since"])
    series = record_series(control, TRACKERS)
    how = ["negotiated", "abandoned", "abandoned", "unknown", "unknown", "assault"]
    event = ["captured"] * 5 + ["recaptured"]
    captures = pd.DataFrame(
        {"district_id": [*"BBCDDA"], "date": pd.Timestamp("2021-05-02"), "event": event, "how": how}
    )
    counts = pd.DataFrame(COUNTS, columns=[*COUNT_COLUMNS, "counts_as_one_with"])
    counts["date"] = pd.to_datetime(counts["date"])
    counts[["place", "note"]] = ""
    counted = as_counted(wars(), series)
    middle = series[["low", "high"]].to_numpy(float).mean(axis=1)
    far = np.abs(counted.to_numpy() - middle).mean(0)
    apart = np.abs(counted.to_numpy()[:, None] - counted.to_numpy()[None]).mean((0, 1))
    return Record(series, counted, captures, counts, far - apart / 2)  # CRPS as it is defined


@pytest.fixture
def about():
    return About("tiny-1", "0.1.0", 7, "hand-chosen", "A", 1.25, roll=300)
