"""The summary that `holdfast run` prints, in 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr

from holdfast.report import findings
from holdfast.report.about import About, Record
from holdfast.report.beside import Kind, Row, rows_beside
from holdfast.report.findings import Band
from holdfast.report.record_text import (
    WIDTH,
    beside_lines,
    later_lines,
    order_lines,
    recorded_days,
    span,
    totals_line,
    wrapped,
)
from holdfast.report.said import known_wrong, of_such_wars
from holdfast.report.words import FATES, MANNERS
from holdfast.vocabulary.words import Manner

CLOSING = (
    "Simulated. Bands are those of the model, not of the world. District is the finest "
    "level. Not for planning operations, nor for decisions about persons."
)


def summary_text(observables: xr.Dataset, about: About, record: Record) -> str:
    """An ensemble in words and tables, beside the record."""
    days, rows = observables.indexes["day"], rows_beside(record, about.fitted_rows)
    first = str(observables["tracker"].to_numpy()[0]) if observables.sizes["tracker"] else ""
    parts = [
        _head(observables, about),
        _districts(observables, record, rows),
        later_lines(rows, first),
        beside_lines(rows),
        [*_fates(observables), *wrapped(totals_line(record.counts, days))],
        _manners(observables, record),
        order_lines(findings.falls(observables), recorded_days(record.captures, days)),
        _collapse(observables, about),
        _wrong(about),
        wrapped(CLOSING),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _head(observables: xr.Dataset, about: About) -> list[str]:
    members, days = observables.sizes["member"], observables.indexes["day"]
    present = findings.band(observables["present"].sum("district").to_numpy())
    wars = "1 war" if members == 1 else f"{members:,} wars"
    lines = [
        *wrapped(str(observables.attrs["title"])),
        f"{wars}, {_day(days[0])} to {_day(days[-1])}, seed {about.seed}, in {about.seconds:.1f} s",
        f"parameters: {about.parameters}",
        *textwrap.wrap(about.more, WIDTH, initial_indent="  ", subsequent_indent="  "),
        *wrapped(f"{present.middle:,.0f} soldiers present{_of_the_roll(about)}"),
    ]
    return [
        *lines, *(wrapped(f"world: {about.world}") if about.world else []),
        *wrapped(about.warning),
    ]  # fmt: skip


def _of_the_roll(about: About) -> str:
    return f", of {about.roll:,} on the roll: the rest are ghosts" if about.roll else ""


def _districts(observables: xr.Dataset, record: Record, rows: Sequence[Row]) -> list[str]:
    tracker = str(observables["tracker"].to_numpy()[0]) if observables.sizes["tracker"] else None
    if tracker is None:
        return []
    held = observables["districts_held"].sel(tracker=tracker)
    capitals = observables["capitals_held"]
    units, seats = int(held["n_units"]), int(observables["capital"].sum())
    lines = wrapped(
        f"In insurgent hands, districts as {held['tracker_title'].item()} counts them: median of "
        "the wars, 50% and 90% bands, the width of the 90% band as a share of all, and the record "
        "(in or out of the 90% band; * in sample)."
    )
    lines += [
        f"{'':10}  {f'districts, of {units}':39}{f'capitals, of {seats}'}",
        f"{'day':10}  {'med':>3} {'50%':^7} {'90%':^7} {'wide':>4}  {'record':13}"
        f"{'med':>3} {'50%':^5} {'90%':^5}  record",
    ]
    others: dict[str, None] = {}
    for day in table_days(observables.indexes["day"], record.series, tracker):
        here = [row for row in rows if row.date == day and row.kind is not Kind.CLAIMED]
        told = [row for row in here if row.measure == "held" and row.tracker == tracker]
        seen = [row for row in here if row.measure == "capitals_held"]
        values = findings.band(held.sel(day=day).to_numpy())
        wide = f"{100 * (values.high90 - values.low90) / units:.0f}%"
        left = f"{_bands(values, 7)} {wide:>4}  {_told(told):13}"
        for row in told:
            if row.of != units:
                others[f"{span(row.low, row.high)} of {row.of:,.0f}"] = None
        values = findings.band(capitals.sel(day=day).to_numpy())
        lines.append(f"{_day(day)}  {left}{_bands(values, 5)}  {_told(seen)}".rstrip())
    if others:
        lines += wrapped(
            f"Counted out of another total, so beside the wars as a share: {', '.join(others)}."
        )
    return [*lines, *_at_the_end(held, units)]


def _at_the_end(held: xr.DataArray, units: int) -> list[str]:
    values = findings.band(held.isel(day=-1).to_numpy())
    wide = 100 * (values.high90 - values.low90) / units
    ends = f"{values.low90:,.0f} to {values.high90:,.0f}"
    return wrapped(f"On the last day: 90% band {ends}, {wide:.0f}% of all districts wide.")


def table_days(
    days: pd.Index, series: pd.DataFrame, tracker: str, n: int = 10
) -> list[pd.Timestamp]:
    """About `n` days from the first to the last, moved to a nearby day that the record knows."""
    counts = (series["tracker"] == tracker) & (series["measure"] == "held")
    told = pd.DatetimeIndex(series.loc[counts, "date"])
    seats = pd.DatetimeIndex(series.loc[series["measure"] == "capitals_held", "date"])
    spots = np.unique(np.linspace(0, len(days) - 1, n).round().astype(int))
    reach = pd.Timedelta(days=len(days) / n / 2)
    chosen = []
    for spot in days[spots]:
        near = [
            [d for d in known if d in days and abs(d - spot) < reach] for known in (told, seats)
        ]
        nearest = [min(known, key=lambda d: abs(d - spot)) for known in near if known]
        fixed = spot in (days[0], days[-1])
        chosen.append(spot if fixed or not nearest else nearest[0])
    return sorted(set(chosen))


def _bands(values: Band, wide: int) -> str:
    half, most = _span(values.low50, values.high50), _span(values.low90, values.high90)
    return f"{values.middle:>3.0f} {half:>{wide}} {most:>{wide}}"


def _told(rows: Sequence[Row]) -> str:
    """What was counted on a day, and whether it is in, by the rule of the score.

    A least is never a hit, but can be missed; it is told where nothing else was counted.
    """
    counts = [row for row in rows if row.kind is Kind.COUNTED]
    shown = counts or list(rows)
    if not shown:
        return "-"
    hits = sum(row.agrees for row in shown)
    said = "in" if hits == len(shown) else f"{hits} of {len(shown)} in" if hits else "OUT"
    said = f" {said}" if counts or said != "in" else ""
    told = span(np.min([row.low for row in shown]), np.max([row.high for row in shown]))
    return told + said + "*" * any(row.fitted for row in rows)


def _fates(observables: xr.Dataset) -> list[str]:
    counts, doors = findings.fate_counts(observables), findings.door_shares(observables)
    lines = [
        f"{'What became of soldiers, median and 90% band':46}{'soldiers':>18}{'of leavers':>16}"
    ]
    for fate, label in FATES.items():
        number = f"{counts[fate].middle:>7,.0f}  {f'({_span(*_ends(counts[fate]))})':15}"
        share = _percent_band(doors[fate]) if fate in doors else ""
        lines.append(f"  {label:37}{number:>24}{share:>17}".rstrip())
    return lines


def _manners(observables: xr.Dataset, record: Record) -> list[str]:
    told = findings.recorded_manners(record.captures, observables.indexes["day"])
    known = sum(told[str(manner)] for manner in Manner)
    lines = [f"{'How districts fell, share of first falls':41}{'simulated':>15}{'record':>22}"]
    for manner, values in findings.manner_shares(observables).items():
        n = told[str(manner)]
        beside = f"{100 * n / known:.0f}% ({n} of {known})" if known else "-"
        lines.append(f"  {MANNERS[manner]:37}{_percent_band(values):>17}{beside:>22}")
    if known:
        note = f"The record does not say how {told['unknown']} of {known + told['unknown']} fell."
        lines.append(f"  {note}")
    return lines


def _collapse(observables: xr.Dataset, about: About) -> list[str]:
    fell = findings.collapsed(observables, about.national_capital)
    n, members = int(fell[:, -1].sum()), len(fell)
    low, high = (100 * end for end in findings.likely(n, members))
    text = (
        f"National collapse (the national capital, or two thirds of the capitals, in insurgent "
        f"hands) in {n} of {members:,} wars ({100 * n / members:.0f}%; with other dice {low:.0f}%"
        f" to {high:.0f}%), {of_such_wars(about)}"
    )
    if n:
        first = fell[fell[:, -1]].argmax(axis=1)
        middle = int(np.quantile(first, 0.5, method="inverted_cdf"))
        text += f"; in half of those by {_day(observables.indexes['day'][middle])}"
    return wrapped(text + ".")


def _wrong(about: About) -> list[str]:
    lines = ["What the model is known to get wrong on this war:"] if about.faults else []
    for said in known_wrong(about.faults):
        lines += textwrap.wrap(said, WIDTH, subsequent_indent="  ")
    return lines


def _ends(values: Band) -> tuple[float, float]:
    return values.low90, values.high90


def _span(low: float, high: float) -> str:
    return f"{low:,.0f}-{high:,.0f}"


def _percent_band(values: Band) -> str:
    if np.isnan(values.middle):
        return "-"
    low, middle, high = (100 * x for x in (values.low90, values.middle, values.high90))
    shown = "<1" if 0 < middle < 0.5 else f"{middle:.0f}"
    return f"{shown}% ({low:.0f}-{high:.0f}%)"


def _day(day: pd.Timestamp) -> str:
    return "never" if pd.isna(day) else day.strftime("%Y-%m-%d")
