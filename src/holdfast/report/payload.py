"""Everything the static report shows, as plain values for its script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from holdfast.report import findings
from holdfast.report.about import About, Record
from holdfast.report.findings import Band, Fall
from holdfast.report.shapes import WIDTH, Map
from holdfast.report.words import FATES
from holdfast.vocabulary.words import Fate, Manner

COUNTED = {
    "districts_held": "held",
    "captured": "captured since the first day",
    "contested": "contested",
}
"""Counts that have a curve, and what a reader calls them."""

STACK = (Fate.SURRENDERED, Fate.DESERTED, Fate.ABROAD, Fate.KILLED)
AFTERWARDS = ("killed_after_surrender", "killed_or_disappeared_after_surrender")


def payload(
    observables: xr.Dataset, about: About, record: Record, drawn: Map | None
) -> dict[str, Any]:
    """The report as values that JSON can hold; days count from the first day."""
    days = observables.indexes["day"]
    n = len(days)
    weeks = [*range(0, n - 1, 7), n - 1]
    return {
        "title": observables.attrs["title"],
        "run": _run(observables, about),
        "start": str(days[0].date()),
        "days": n,
        "weeks": weeks,
        "manners": [str(manner) for manner in Manner],
        "map": {"width": WIDTH, "height": drawn.height, "borders": drawn.borders}
        if drawn
        else None,
        "districts": _districts(observables, record, drawn, weeks),
        "curves": _curves(observables, record),
        "capitals": _capitals(observables, record),
        "stack": _stack(observables),
        "fates": _fates(observables),
        "why": _why(observables),
        "afterwards": _afterwards(observables, record),
        "inside": [list(row) for row in findings.rows_inside(record)],
    }


def _run(observables: xr.Dataset, about: About) -> dict[str, Any]:
    fell = findings.collapsed(observables, about.national_capital)[:, -1]
    return {
        "id": about.run_id,
        "version": about.version,
        "seed": about.seed,
        "members": observables.sizes["member"],
        "parameters": about.parameters,
        "world": about.world,
        "collapsed": int(fell.sum()),
    }


def _districts(
    observables: xr.Dataset, record: Record, drawn: Map | None, weeks: list[int]
) -> list[dict[str, Any]]:
    first, began = observables["first_fall"].to_numpy(), observables["held_at_start"].to_numpy()
    ends = np.asarray(weeks)[:, None, None] + 1 + 1e-3
    fallen = ((first <= ends) | (began > 0)).mean(axis=1)
    start = observables.indexes["day"][0]
    return [
        _district(fall, start)
        | {
            "capital": int(observables["capital"].to_numpy()[d]),
            "path": drawn.paths.get(fall.district) if drawn else None,
            "mark": drawn.marks.get(fall.district) if drawn else None,
            "fallen": np.rint(100 * fallen[:, d]).astype(int).tolist(),
            "record": _changes(record.captures, fall.district, start),
        }
        for d, fall in enumerate(findings.falls(observables))
    ]


def _district(fall: Fall, start: pd.Timestamp) -> dict[str, Any]:
    day = lambda date: None if pd.isna(date) else (date - start).days  # noqa: E731
    return {
        "id": fall.district,
        "name": fall.name,
        "province": fall.province,
        "wars": fall.wars,
        "chance": round(100 * fall.chance),
        "span": [day(fall.low), day(fall.middle), day(fall.high)],
        "manners": [round(100 * share) for share in fall.manners],
    }


def _changes(captures: pd.DataFrame, district: str, start: pd.Timestamp) -> list[list[int]]:
    """Days on which the record has a district change hands: [day, 1 if to the insurgents]."""
    if "district_id" not in captures:
        return []
    rows = captures.loc[captures["district_id"] == district, ["date", "event"]]
    pairs = zip(rows["date"], rows["event"], strict=True)
    return sorted([(date - start).days, int(event == "captured")] for date, event in pairs)


def _curves(observables: xr.Dataset, record: Record) -> list[dict[str, Any]]:
    """A curve for each thing that some rows of a tracker count, in the order of the trackers."""
    seats = int(observables["capital"].sum())
    keys = [
        str(key)
        for key in observables["tracker"].to_numpy()
        if int(observables["n_units"].sel(tracker=key)) > seats
    ]
    found = [_curve(observables, record, t, variable) for t in keys for variable in COUNTED]
    return [curve for i, curve in enumerate(found) if curve["points"] or i == 0]


def _curve(observables: xr.Dataset, record: Record, tracker: str, variable: str) -> dict[str, Any]:
    counts = observables[variable].sel(tracker=tracker)
    return {
        "tracker": str(counts["tracker_title"].item()),
        "of": variable,
        "label": COUNTED[variable],
        "units": int(counts["n_units"]),
        "bands": _bands(counts),
        "points": _points(observables, record.series, variable, tracker),
    }


def _capitals(observables: xr.Dataset, record: Record) -> dict[str, Any]:
    seats = record.series.loc[record.series["measure"] == "capitals_held"]
    who = sorted(set(map(str, seats["tracker"])))
    points = [p for key in who for p in _points(observables, seats, "districts_held", key)]
    return {
        "tracker": "Provincial capitals",
        "of": "capitals_held",
        "label": "held",
        "units": int(observables["capital"].sum()),
        "bands": _bands(observables["capitals_held"]),
        "points": points,
    }


def _points(
    observables: xr.Dataset, series: pd.DataFrame, variable: str, tracker: str
) -> list[dict[str, Any]]:
    """Rows of the record in the window, carried to the number of districts in the model.

    Cumulative counts since another day than the first are not the same thing and are left out.
    """
    days = observables.indexes["day"]
    rows = series.loc[(series["variable"] == variable) & (series["tracker"] == tracker)]
    rows = rows.loc[rows["date"].between(days[0], days[-1])]
    units = int(observables["n_units"].sel(tracker=tracker))
    given = rows["low"].notna() & (rows["since"].isna() | (rows["since"] == days[0]))
    return [_point(row, units, days[0]) for row in rows.loc[given].to_dict("records")]


def _point(row: Mapping[Any, Any], units: int, start: pd.Timestamp) -> dict[str, Any]:
    low, high, total = row["low"], row["high"], row["total_units"]
    spoken = (
        f"{low:g}" if low == high else f"{low:g} or more" if pd.isna(high) else f"{low:g}-{high:g}"
    )
    return {
        "day": (row["date"] - start).days,
        "low": round(low * units / total, 1),
        "high": None if pd.isna(high) else round(high * units / total, 1),
        "hollow": row["stance"] == "claims" or row.get("confidence") == "low",
        "says": f"{spoken} of {total:g}, {row.get('counted_by', row['tracker_title'])}",
    }


def _bands(counts: xr.DataArray) -> list[list[float]]:
    return np.round(findings.bands(counts.to_numpy()), 1).tolist()


def _stack(observables: xr.Dataset) -> list[list[int]]:
    """Mean over the wars of those serving and of those gone by each way, by day."""
    serving = observables["serving"].sum("district").mean("member").to_numpy()
    fates = observables["fates"].mean("member")
    gone = [fates.sel(fate=str(fate)).to_numpy() for fate in STACK]
    return [np.rint(layer).astype(int).tolist() for layer in [serving, *gone]]


def _fates(observables: xr.Dataset) -> list[list[Any]]:
    counts, doors = findings.fate_counts(observables), findings.door_shares(observables)
    return [
        [label, _whole(counts[fate]), _whole(doors[fate], 100) if fate in doors else None]
        for fate, label in FATES.items()
    ]


def _whole(values: Band, scale: float = 1) -> list[int] | None:
    """Middle and ends of a band as whole numbers."""
    if np.isnan(values.middle):
        return None
    return [round(scale * x) for x in (values.middle, values.low90, values.high90)]


def _why(observables: xr.Dataset) -> list[list[Any]]:
    """Pressure of each mechanism over the districts that fell: mean of a war, and its band."""
    fell = np.isfinite(observables["first_fall"].to_numpy())[..., None]
    total = np.where(fell, observables["why"].to_numpy(), 0).sum(axis=1)
    n = fell.sum(axis=1).astype(float)
    means = np.divide(total, n, out=np.full(total.shape, np.nan), where=n > 0)
    names = map(str, observables["mechanism"].to_numpy())
    rows = [(name, findings.band(means[:, i])) for i, name in enumerate(names)]
    rows = [(name, values) for name, values in rows if not np.isnan(values.middle)]
    rows.sort(key=lambda row: -row[1].middle)
    return [[name, *(round(x, 3) for x in (b.middle, b.low90, b.high90))] for name, b in rows]


def _afterwards(observables: xr.Dataset, record: Record) -> list[dict[str, str]]:
    """What the record says of those who were killed or vanished after they had surrendered."""
    called = dict(
        zip(observables["district"].to_numpy(), observables["name"].to_numpy(), strict=True)
    )
    rows = record.counts.loc[record.counts["what"].isin(AFTERWARDS)]
    return [
        {
            "date": str(row["date"].date()),
            "place": ", ".join(str(called.get(p, p)) for p in row["place"].split(";") if p)
            or "the nation",
            "count": _spoken(row["low"], row["high"]),
            "whom": str(row["unit"]),
            "what": str(row["what"]).replace("_", " "),
            "stance": str(row["stance"]).replace("_", " "),
            "speaker": str(row["speaker"]),
            "note": str(row["note"]),
        }
        for row in rows.to_dict("records")
    ]


def _spoken(low: float, high: float) -> str:
    if pd.isna(low) and pd.isna(high):
        return "no number"
    if pd.isna(high):
        return f"{low:g} or more"
    return f"{high:g}" if low == high or pd.isna(low) else f"{low:g} to {high:g}"
