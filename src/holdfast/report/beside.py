"""The record beside the wars, row by row: what counts as a hit, how wide its band is, its score.

A row that gives only a least or a most, or that a party claims, is shown and never scored: a band
that is wide enough, or a war that goes far enough, would be right about it whatever came.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from holdfast.report.about import Record
from holdfast.report.findings import Band, band, inside


class Kind(StrEnum):
    """What a row of the record can be held to."""

    COUNTED = "counted"
    AT_LEAST = "at least"
    CLAIMED = "claimed"


@dataclass(frozen=True)
class Row:
    """A row of the record that the wars can be compared with.

    `last_count` is what the same tracker had counted before, of the same thing, carried to this
    row's denominator: NaN for its first. `crps` is the score of the wars. Both, `low`, `high` and
    `values` are in the units of the row, of which there are `of`.
    """

    row_id: str
    date: pd.Timestamp
    tracker: str
    title: str
    measure: str
    low: float
    high: float
    of: float
    kind: Kind
    fitted: bool
    values: Band
    crps: float
    last_count: float

    @property
    def agrees(self) -> bool:
        """Whether the recorded range meets the 90% band of the wars."""
        return inside(self.low, self.high, self.values)

    @property
    def width(self) -> float:
        """Width of the 90% band as a share of all units."""
        return (self.values.high90 - self.values.low90) / self.of

    @property
    def last_crps(self) -> float:
        """The score of one who says that the last count still holds."""
        return abs((self.low + self.high) / 2 - self.last_count)


def rows_beside(record: Record, fitted: frozenset[str] = frozenset()) -> list[Row]:
    """Every row that can be compared, in the order of the record; `fitted` are ids of rows."""
    counted, scores = record.counted.to_numpy(), np.asarray(record.crps, float)
    seen: dict[tuple, list[tuple[pd.Timestamp, float]]] = {}
    found = []
    for i, row in enumerate(record.series.to_dict("records")):
        low, high = float(row["low"]), float(row["high"])
        if (np.isnan(low) and np.isnan(high)) or np.isnan(counted[:, i]).all():
            continue
        kind = Kind.CLAIMED if row["stance"] == "claims" else Kind.COUNTED
        if kind is Kind.COUNTED and np.isnan(low + high):
            kind = Kind.AT_LEAST
        of, last = float(row["total_units"]), np.nan
        if kind is Kind.COUNTED:
            since = "" if pd.isna(row["since"]) else str(row["since"])
            before = seen.setdefault((row["tracker"], row["measure"], since), [])
            last = of * _last(before, row["date"])
            before.append((row["date"], (low + high) / 2 / of))
        found.append(
            Row(
                str(row["control_id"]), row["date"], str(row["tracker"]), str(row["tracker_title"]),
                str(row["measure"]), low, high, of, kind, str(row["control_id"]) in fitted,
                band(counted[:, i]), float(scores[i]), last,
            )
        )  # fmt: skip
    return found


def _last(before: list[tuple[pd.Timestamp, float]], day: pd.Timestamp) -> float:
    """Mean of the shares counted on the last earlier day; NaN if there is none."""
    earlier = [date for date, _ in before if date < day]
    if not earlier:
        return np.nan
    return float(np.mean([share for date, share in before if date == max(earlier)]))


@dataclass(frozen=True)
class Beside:
    """The rows of one tracker beside the wars.

    Of `rows` that are counts, `inside` lie inside the 90% band, which is `width` of all units wide
    in the mean, and `fitted` were fitted to. `crps` and `last_crps` are mean scores, less is
    better, of the wars and of the tracker's last count taken to hold on, over the `scored` rows
    that have one. `at_least` rows give an open end, with which `at_least_agree` agree; `claims`
    are claims of a party. Neither are among `rows`.
    """

    tracker: str
    title: str
    rows: int
    inside: int
    fitted: int
    width: float
    scored: int
    crps: float
    last_crps: float
    at_least: int
    at_least_agree: int
    claims: int


def by_tracker(rows: Iterable[Row]) -> list[Beside]:
    """The rows of each tracker together, in the order of their first."""
    every: dict[str, list[Row]] = {}
    for row in rows:
        every.setdefault(row.tracker, []).append(row)
    return [_beside(some) for some in every.values()]


def _beside(rows: list[Row]) -> Beside:
    of = {kind: [row for row in rows if row.kind is kind] for kind in Kind}
    counts = of[Kind.COUNTED]
    scored = [row for row in counts if not np.isnan(row.last_count)]
    return Beside(
        tracker=rows[0].tracker,
        title=rows[0].title,
        rows=len(counts),
        inside=sum(row.agrees for row in counts),
        fitted=sum(row.fitted for row in counts),
        width=_mean([row.width for row in counts]),
        scored=len(scored),
        crps=_mean([row.crps for row in scored]),
        last_crps=_mean([row.last_crps for row in scored]),
        at_least=len(of[Kind.AT_LEAST]),
        at_least_agree=sum(row.agrees for row in of[Kind.AT_LEAST]),
        claims=len(of[Kind.CLAIMED]),
    )


def _mean(values: list[float]) -> float:
    return float(np.mean(values)) if values else np.nan
