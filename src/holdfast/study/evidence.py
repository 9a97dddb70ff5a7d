"""What the record says that a posterior is conditioned on, as arrays; cut at the day asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from holdfast.infer.likelihood import DOUBT, Dated, Told
from holdfast.records.tables import Tables, cut_at
from holdfast.study.errors import CallError
from holdfast.study.scenario import Scenario
from holdfast.vocabulary.state import Given

LATE = 2
"""Days after which falls have been reported: 219 of the 226 that status.csv of afghanistan-2021
dates were known within two days of the date."""

EVERYTHING_KNOWN = date(9999, 12, 31)
"""A day on which everything that the record will ever say is known."""

SLIPPED = 5
"""Districts by which a tracker's total may exceed the falls that are dated and still be theirs.
Judgement."""

FLOWS = ("surrendered", "abroad", "killed")
"""Men who go, as a course counts them."""

COUNTED = {
    "crossed_abroad": ("abroad",),
    "surrendered": ("surrendered",),
    "surrendered_or_fled": ("surrendered", "abroad"),
    "killed": ("killed",),
}
"""Counts of soldiers that can be simulated as they were counted, and what they add up."""


ROWS = 16
"""Rows of counts that a fit has room for, so that one program serves every day."""


@dataclass(frozen=True)
class Evidence:
    """The record as known on a day, by district row and in days since the first day."""

    until: int  # days looked at: to the end of the day on which it was known
    dated: Dated
    told: Told
    spans: np.ndarray  # [R, 2] first day and day after the last of each count
    places: np.ndarray  # [R, D] 1 where it counts a district
    flows: np.ndarray  # [R, 3] 1 for each of FLOWS that it adds up
    count_ids: tuple[str, ...]  # of the rows in use


def evidence(scenario: Scenario, known_on: date) -> Evidence:
    """Everything that a fit may use, as it was known on a day."""
    start, names = scenario.tables.settings.start, scenario.names
    tables = cut_at(scenario.tables, known_on)
    until = (known_on - start).days + 1
    rows = list(_counts(tables, start, until))
    if len(rows) > ROWS:
        raise CallError("counts of soldiers", len(rows), f"at most {ROWS} events", "leave some out")
    table = np.zeros((4, ROWS)) + [[0], [0], [0.5], [0]]
    spans, flows = np.tile([0.0, 1.0], (ROWS, 1)), np.zeros((ROWS, len(FLOWS)))
    places = np.zeros((ROWS, len(names.districts)))
    for i, row in enumerate(rows):
        table[:, i] = row["low"], row["high"], row["doubt"], 1
        spans[i] = row["first"], row["last"] + 1
        flows[i] = [flow in COUNTED[row["what"]] for flow in FLOWS]
        places[i] = _within(row, names.districts, names.province_of)
    return Evidence(until, falls(tables, scenario, until), Told(*table), spans, places, flows,
                    tuple(row["count_id"] for row in rows))  # fmt: skip


def falls(tables: Tables, scenario: Scenario, until: int) -> Dated:
    """Intervals of first falls from tables already cut at a day, `until` days after the first.

    A fall that no source dates is taken to lie after the last day on which a tracker's total
    leaves no room for it. A district not known to have fallen stood until `LATE` days before.
    """
    names, settings = scenario.names, tables.settings
    row = {district: i for i, district in enumerate(names.districts)}
    n, start = len(names.districts), pd.Timestamp(settings.start)
    after, by = np.full(n, max(until - LATE, 0.0)), np.full(n, np.inf)
    status: pd.DataFrame = tables.status.loc[tables.status["capture_by"].notna()]
    days = lambda column: (status[column] - start).dt.days.to_numpy(float)  # noqa: E731
    at = np.asarray([row[d] for d in status["district_id"]], int)
    low, high = np.nan_to_num(days("capture_after"), nan=0.0), days("capture_by") + 1
    undated = status["basis"].str.startswith("capital_fell").to_numpy(bool)
    low = np.where(undated, np.maximum(low, complete_until(tables, scenario)), low)
    high = np.minimum(high, until)
    after[at], by[at] = np.clip(np.minimum(low, high - 1), 0, None), high
    held_chance = np.asarray(scenario.theatre.held_chance, float)
    return Dated(after, by, 1.0 - held_chance)


def complete_until(tables: Tables, scenario: Scenario) -> float:
    """Last day on which falls with a date make up a tracker's whole total; 0 if there is none."""
    start = pd.Timestamp(tables.settings.start)
    centres = [k for k, t in tables.settings.trackers.items() if t.counts == "centre"]
    control = tables.control
    centre = control["tracker"].isin(centres) & (control["measure"] == "held")
    rows: pd.DataFrame = control.loc[centre]
    first = tables.status["first_capture"]
    at_start = float(np.asarray(scenario.theatre.held_chance).sum())
    found = 0.0
    for row in rows.to_dict("records"):
        units = tables.settings.trackers[row["tracker"]].units
        listed = int((first <= row["date"]).sum()) + at_start
        if units == "all" and row["date"] >= start and row["value_low"] <= listed + SLIPPED:
            found = max(found, float((row["date"] - start).days + 1))
    return found


def _counts(tables: Tables, start: date, until: int) -> Iterable[dict]:
    """Counts of a span of days inside the war, each event once, with the doubt cast on it."""
    rows: pd.DataFrame = tables.counts.loc[tables.counts["what"].isin(list(COUNTED))]
    whole = rows["from"].notna() & rows["to"].notna() & rows["low"].notna()
    told: pd.DataFrame = rows.loc[whole & (rows["counts_as_one_with"] == "")]
    for row in told.to_dict("records"):
        first, last = ((row[end].date() - start).days for end in ("from", "to"))
        others = tables.counts[tables.counts["counts_as_one_with"] == row["count_id"]]
        doubt = max(DOUBT[s] for s in (row["stance"], *others["stance"]))
        high = row["high"] if row["high"] == row["high"] else 2 * row["low"]
        if first >= 0 and last < until:
            yield row | {"first": first, "last": last, "doubt": doubt, "high": high}


def _within(row: dict, districts: tuple[str, ...], provinces: tuple[str, ...]) -> list[bool]:
    places = set(str(row["place"]).split(";"))
    everywhere = row["level"] == "nation"
    return [everywhere or bool({d, p} & places) for d, p in zip(districts, provinces, strict=True)]


def imputed(
    dated: Dated, until: int, days: int, resolve: np.ndarray, rng: np.random.Generator
) -> Given:
    """One war's map that agrees with the record until a day, unknown days drawn, [days, D].

    The model decides from then on; of a district not known to have fallen, from `dated.after` on.
    """
    held = rng.random(len(dated.by)) > dated.counts
    first = np.where(np.isfinite(dated.by), rng.uniform(dated.after, np.where(
        np.isfinite(dated.by), dated.by, dated.after + 1)), np.inf)  # fmt: skip
    first = np.where(held, -1.0, first)
    ends = np.arange(days)[:, None] + 1.0
    told = (first[None] <= ends).astype(np.int8)
    open_ended = np.isinf(dated.by) & ~held & (ends > dated.after)
    told[open_ended | (ends > until)] = -1
    given: Any = (held, told, resolve.astype(np.float32))
    return Given(*given)
