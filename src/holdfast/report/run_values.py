"""An ensemble as plain values for the page: who holds what, bands, fates, reasons."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from holdfast.report import findings
from holdfast.report.about import About
from holdfast.report.beside import Kind, Row, by_tracker
from holdfast.report.findings import Band
from holdfast.report.said import in_sample, known_wrong, of_such_wars
from holdfast.report.words import FATES
from holdfast.vocabulary.words import Fate

COUNTED = ("districts_held", "captured", "contested")
"""Counts of a tracker that have a curve."""

CONTESTED = 50
"""Percent of a district outside its centre that insurgents run, above which the page draws it as
contested. Judgement: most of it. Trackers draw their own lines, and are counted by them."""

SOLDIERS = ("serving", "returned", "surrendered", "deserted", "abroad", "killed")
LEFT = (Fate.SURRENDERED, Fate.DESERTED, Fate.ABROAD, Fate.KILLED)

STEP = 0.1
"""Logits of pressure in one unit of what is sent."""

UNKNOWN = -128


def run_values(
    observables: xr.Dataset, about: About, beside: Sequence[Row] = (), of: int | None = None,
    asked: Mapping[str, Any] | None = None, forecast_from: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Everything the page shows of a run, as plain values; days count from 0.

    `beside` are the rows of the record as `rows_beside` gives them. `of` is the number of wars
    asked for, if these are a part of them; `asked` what the page asked
    for. Days after `forecast_from` are forecast. Grids are base64 of bytes, row by row; only `push`
    is left as bytes [D, W, M + 1], since who serves it by district does not send it.
    """
    days, weeks = observables.indexes["day"], observables.indexes["week"]
    members = observables.sizes["member"]
    return {
        "id": about.run_id, "version": about.version, "seed": about.seed,
        "members": members, "of": of or members,
        "parameters": about.parameters, "parameters_more": about.more,
        "warning": about.warning, "world": about.world,
        "made": datetime.now(UTC).date().isoformat(), "seconds": round(about.seconds, 2),
        "asked": dict(asked) if asked else None, "forecast_from": forecast_from,
        **_grids(observables),
        "curves": curves(observables),
        "falls": _falls(observables),
        "soldiers": {"names": SOLDIERS, "mean": soldiers(observables)},
        "fates": _fates(observables),
        "districts": _districts(observables),
        "why": _why(observables),
        "weeks": [int((week - days[0]).days) for week in weeks],
        "pushers": list(map(str, observables["pusher"].to_numpy())),
        "step": STEP,
        "push": push_units(observables),
        **_collapse(observables, about),
        **record_values(beside),
        "roll": about.roll,
        "known_wrong": known_wrong(about.faults),
    }  # fmt: skip


def _collapse(observables: xr.Dataset, about: About) -> dict[str, Any]:
    """Wars that collapsed, the per cent that other dice might give, and of what wars."""
    n, of = (
        int(findings.collapsed(observables, about.national_capital)[:, -1].sum()),
        observables.sizes["member"],
    )
    low, high = findings.likely(n, of)
    return {
        "collapsed": n,
        "collapse_likely": [round(100 * low), round(100 * high)],
        "collapse_words": of_such_wars(about),
    }


def record_values(rows: Sequence[Row]) -> dict[str, Any]:
    """The record beside the wars: by tracker, and what part of it was fitted to."""
    told = by_tracker(rows)
    counts = [row for row in rows if row.kind is Kind.COUNTED]
    whole = lambda x: None if np.isnan(x) else round(x, 3)  # noqa: E731
    return {
        "inside": [[b.title, b.inside, b.rows] for b in told if b.rows],
        "beside": [
            {"tracker": b.tracker, "title": b.title, "rows": b.rows, "inside": b.inside,
             "fitted": b.fitted, "width": whole(b.width), "scored": b.scored,
             "crps": whole(b.crps), "last_count_crps": whole(b.last_crps),
             "at_least": b.at_least, "at_least_agree": b.at_least_agree, "claims": b.claims}
            for b in told
        ],
        "in_sample": {
            "rows": sum(row.fitted for row in counts), "of": len(counts),
            "ids": [row.row_id for row in rows if row.fitted], "words": in_sample(rows),
        },
        "not_scored": [
            {"id": row.row_id, "kind": str(row.kind), "agrees": row.agrees}
            for row in rows if row.kind is not Kind.COUNTED
        ],
    }  # fmt: skip


def packed(grid: np.ndarray) -> str:
    """Bytes of a grid as text."""
    return b64encode(np.ascontiguousarray(grid).tobytes()).decode()


def push_units(observables: xr.Dataset) -> np.ndarray:
    """Pressure to leave by district and week in whole units of `STEP`, int8 [D, W, M + 1]."""
    push = observables["push"].to_numpy() / STEP
    whole = np.clip(np.rint(np.nan_to_num(push)), UNKNOWN + 1, 127)
    return np.where(np.isnan(push), UNKNOWN, whole).astype(np.int8)


def _grids(observables: xr.Dataset) -> dict[str, str]:
    ends = np.arange(observables.sizes["day"])[:, None] + 1 + 1e-3
    fallen, held = np.zeros(()), np.zeros(())
    for some in findings.some_at_a_time(observables):
        first, began = some["first_fall"].to_numpy(), some["held_at_start"].to_numpy()
        fallen = fallen + ((first[:, None] <= ends) | (began[:, None] > 0)).sum(0)
        held = held + (some["held"].to_numpy() > 0).sum(0)
    one = observables.isel(member=0)
    contested = one["countryside"].to_numpy() > CONTESTED
    percent = lambda n: np.rint(100 * (n / observables.sizes["member"])).astype(np.uint8)  # noqa: E731
    return {
        "states": packed(np.where(one["held"].to_numpy() > 0, 2, contested).astype(np.uint8)),
        "fallen": packed(percent(fallen)),
        "held": packed(percent(held)),
    }


def curves(observables: xr.Dataset) -> list[dict[str, Any]]:
    """Bands over the wars of every count of every tracker, and of provincial capitals held."""
    seats = int(observables["capital"].sum())
    found = [
        {"tracker": str(key), "of": variable, "bands": _bands(counts)}
        for key in observables["tracker"].to_numpy()
        if int(observables["n_units"].sel(tracker=key)) > seats
        for variable in COUNTED
        for counts in [observables[variable].sel(tracker=key)]
        if not np.isnan(counts).all()
    ]
    whole = _bands(observables["capitals_held"])
    return [*found, {"tracker": "capitals", "of": "capitals_held", "bands": whole}]


def _bands(counts: xr.DataArray) -> list[list[float]]:
    return np.round(findings.bands(counts.to_numpy()), 1).tolist()


def _falls(observables: xr.Dataset) -> list[float]:
    """Mean number of districts that first fall on each day."""
    first = observables["first_fall"].to_numpy()
    free = observables["held_at_start"].to_numpy() == 0
    day = np.ceil(first[np.isfinite(first) & free] - 1e-3).astype(int) - 1
    n = observables.sizes["day"]
    found = np.bincount(np.clip(day, 0, n - 1), minlength=n) / observables.sizes["member"]
    return np.round(found, 2).tolist()


def soldiers(observables: xr.Dataset) -> list[list[int]]:
    """Means over the wars, by day, of men who serve, serve again, and left in each way."""
    mean = lambda fate: observables["fates"].sel(fate=str(fate)).mean("member").to_numpy()  # noqa: E731
    back = mean(Fate.RETURNED)
    gone = {fate: mean(fate) for fate in LEFT}
    gone[Fate.ABROAD] = gone[Fate.ABROAD] - back
    some = findings.some_at_a_time(observables)
    serving = np.concatenate([part["serving"].sum("district").to_numpy() for part in some])
    return [
        np.rint(layer).astype(int).tolist()
        for layer in (serving.mean(0) - back, back, *gone.values())
    ]


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


def _districts(observables: xr.Dataset) -> list[list[Any]]:
    start = observables.indexes["day"][0]
    day = lambda date: None if pd.isna(date) else (date - start).days  # noqa: E731
    return [
        [round(100 * fall.chance), day(fall.low), day(fall.middle), day(fall.high),
         [round(100 * share) for share in fall.manners], fall.wars,
         round(fall.chance * fall.wars)]
        for fall in findings.falls(observables)
    ]  # fmt: skip


def _why(observables: xr.Dataset) -> list[list[Any]]:
    """Pressure of each mechanism over the districts that fell: mean of a war, and its band."""
    means = np.concatenate([_mean_why(some) for some in findings.some_at_a_time(observables)])
    names = map(str, observables["mechanism"].to_numpy())
    rows = [(name, findings.band(means[:, i])) for i, name in enumerate(names)]
    rows = [(name, values) for name, values in rows if not np.isnan(values.middle)]
    rows.sort(key=lambda row: -row[1].middle)
    return [[name, *(round(x, 3) for x in (b.middle, b.low90, b.high90))] for name, b in rows]


def _mean_why(observables: xr.Dataset) -> np.ndarray:
    """Mean over the districts that fell, [member, mechanism]; NaN if none did."""
    fell = np.isfinite(observables["first_fall"].to_numpy())[..., None]
    total = np.where(fell, observables["why"].to_numpy(), 0).sum(axis=1)
    n = fell.sum(axis=1).astype(float)
    return np.divide(total, n, out=np.full(total.shape, np.nan), where=n > 0)
