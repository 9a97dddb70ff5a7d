"""The summary that `holdfast run` prints, in 80 columns."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
import xarray as xr

from holdfast.report import findings
from holdfast.report.about import About, Record
from holdfast.report.findings import Band, Fall
from holdfast.report.words import FATES, MANNERS
from holdfast.vocabulary.words import Manner

WIDTH = 80
CLOSING = (
    "Simulated. Bands are those of the model, not of the world. District is the finest "
    "level. Not for planning operations, nor for decisions about persons."
)


def summary_text(observables: xr.Dataset, about: About, record: Record) -> str:
    """An ensemble in words and tables, beside the record."""
    parts = [
        _head(observables, about),
        _districts(observables, record),
        _inside(record),
        _fates(observables),
        _manners(observables, record),
        _order(findings.falls(observables)),
        _collapse(observables, about),
        _wrapped(CLOSING),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _head(observables: xr.Dataset, about: About) -> list[str]:
    members, days = observables.sizes["member"], observables.indexes["day"]
    present = findings.band(observables["present"].sum("district").to_numpy())
    wars = "1 war" if members == 1 else f"{members:,} wars"
    lines = [
        *_wrapped(str(observables.attrs["title"])),
        f"{wars}, {_day(days[0])} to {_day(days[-1])}, seed {about.seed}, in {about.seconds:.1f} s",
        f"parameters: {about.parameters}; {present.middle:,.0f} soldiers present",
    ]
    return lines + (_wrapped(f"world: {about.world}") if about.world else [])


def _districts(observables: xr.Dataset, record: Record) -> list[str]:
    tracker = str(observables["tracker"].to_numpy()[0]) if observables.sizes["tracker"] else None
    if tracker is None:
        return []
    held = observables["districts_held"].sel(tracker=tracker)
    capitals = observables["capitals_held"]
    units, seats = int(held["n_units"]), int(observables["capital"].sum())
    lines = _wrapped(
        f"In insurgent hands, districts as {held['tracker_title'].item()} counts them: median of "
        "the wars, 50% and 90% bands, and the record (in or out of the 90% band)."
    )
    lines += [
        f"{'':10}  {f'districts, of {units}':37}{f'capitals, of {seats}'}",
        f"{'day':10}  {'med':>3}  {'50%':^7}  {'90%':^7}  {'record':14}"
        f"{'med':>3}  {'50%':^5}  {'90%':^5}  record",
    ]
    series = record.series
    for day in table_days(observables.indexes["day"], series, tracker):
        told = findings.recorded(series, "held", day, tracker)
        seen = findings.recorded(series, "capitals_held", day)
        left = _cells(findings.band(held.sel(day=day).to_numpy()), told, (3, 7, 14))
        right = _cells(findings.band(capitals.sel(day=day).to_numpy()), seen, (3, 5, 0))
        lines.append(f"{_day(day)}  {left}{right}".rstrip())
    return lines


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


def _cells(values: Band, told: tuple[float, float] | None, widths: tuple[int, int, int]) -> str:
    middle, span, last = widths
    wide = _span(values.low90, values.high90)
    cells = f"{values.middle:>{middle}.0f}  {_span(values.low50, values.high50):>{span}}"
    return f"{cells}  {wide:>{span}}  {_told(told, values):{last}}"


def _told(told: tuple[float, float] | None, values: Band) -> str:
    if told is None:
        return "-"
    low, high = told
    verdict = "in" if findings.inside(low, high, values) else "OUT"
    if np.isnan(high):
        return f"{low:.0f}+ {verdict}"
    return f"{_span(low, high) if low != high else f'{low:.0f}'} {verdict}"


def _inside(record: Record) -> list[str]:
    found = findings.rows_inside(record)
    if not found:
        return []
    lines = ["Rows of the record inside the 90% band, each tracker by its own rule:"]
    return lines + [f"  {row.title[:60]:60}  {f'{row.inside} of {row.rows}':>10}" for row in found]


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


def _order(falls: list[Fall]) -> list[str]:
    most = max((fall.wars for fall in falls), default=0)
    free = [fall for fall in falls if fall.wars > most / 2]  # of others too few wars tell
    dated = [fall for fall in free if not pd.isna(fall.middle)]
    dated.sort(key=lambda fall: (fall.middle, -fall.chance, fall.district))
    never = len(free) - len(dated)
    groups = (("First", dated[:5]), ("Last", dated[5:][-5:]))
    lines = [
        f"{'Districts by median day of first fall':44}{'median':10}  {'90% of wars'}",
    ]
    for word, group in groups:
        for i, fall in enumerate(group):
            place = textwrap.shorten(f"{fall.name}, {fall.province}", 34, placeholder="..")
            span = f"{_day(fall.low)} to {_day(fall.high)}"
            lines.append(f"  {word if i == 0 else '':6}{place:36}{_day(fall.middle)}  {span}")
    fewer = "district falls" if never == 1 else "districts fall"
    return lines + [f"  {never} {fewer} in fewer than half of the wars."]


def _collapse(observables: xr.Dataset, about: About) -> list[str]:
    fell = findings.collapsed(observables, about.national_capital)
    n, members = int(fell[:, -1].sum()), len(fell)
    text = (
        f"National collapse (the national capital, or two thirds of the capitals, in insurgent "
        f"hands) in {n} of {members:,} wars ({100 * n / members:.0f}%)"
    )
    if n:
        first = fell[fell[:, -1]].argmax(axis=1)
        middle = int(np.quantile(first, 0.5, method="inverted_cdf"))
        text += f"; in half of those by {_day(observables.indexes['day'][middle])}"
    return _wrapped(text + ".")


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH)


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
