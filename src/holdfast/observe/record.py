"""The record in the shape of the observables, so that comparing is subtraction."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from holdfast.observe.trackers import Tracker

COUNTS_AS = {
    "held": "districts_held",
    "capitals_held": "districts_held",
    "share": "districts_held",
    "contested": "contested",
    "government": "government",
    "captured_cumulative": "captured",
    "recaptured_cumulative": "recaptured",
    "captured_and_held": "captured_and_held",
}
"""The variable of the observables that counts what a measure of the record counts.

A measure that is not here cannot be simulated as it was counted, and is not compared."""

COLUMNS = {"value_low": "low", "value_high": "high"}


def record_series(control: pd.DataFrame, trackers: Mapping[str, Tracker]) -> pd.DataFrame:
    """The rows of a control series, each with the variable it is to be compared with.

    No rows are merged: where sources disagree on a day there are several. `low` and `high` are
    in the units of the row, whose denominator is `total_units`; NaN where no end was given.
    `variable` is "" where the model does not count such a thing. A row of a tracker who is not
    declared is an error.
    """
    unknown = set(control["tracker"]) - set(trackers)
    if unknown:
        raise ValueError(f"no such tracker: {', '.join(sorted(unknown))}; there are {[*trackers]}")
    rows = control.rename(columns=COLUMNS)
    rows["variable"] = [COUNTS_AS.get(measure, "") for measure in rows["measure"]]
    rows["tracker_title"] = [trackers[name].title for name in rows["tracker"]]
    return rows.sort_values(["date", "tracker"], kind="stable", ignore_index=True)


def as_counted(observables: xr.Dataset, series: pd.DataFrame) -> xr.DataArray:
    """What each member would have given for each row of a record series, [member, row].

    The model's count is carried to the row's own denominator: count x `total_units` / `n_units`.
    A cumulative count since a later day leaves out what came before it. NaN where the day lies
    outside the war, where the model counts no such thing, or where a cumulative count begins
    before the war does.
    """
    given = np.full((observables.sizes["member"], len(series)), np.nan)
    for row, (_, entry) in enumerate(series.iterrows()):
        if entry.variable and entry.date in observables.indexes["day"]:
            given[:, row] = _given(observables, entry)
    coords = {"member": observables["member"], "row": series["control_id"].to_numpy()}
    return xr.DataArray(given, coords, ("member", "row"), name="as_counted")


def _given(observables: xr.Dataset, entry: pd.Series) -> np.ndarray:
    counts = observables[entry.variable].sel(tracker=entry.tracker)
    value = counts.sel(day=entry.date).to_numpy()
    first = observables.indexes["day"][0]
    if not pd.isna(entry.since) and entry.since < first:
        return np.full(len(value), np.nan)
    if not pd.isna(entry.since) and entry.since > first:
        value = value - counts.sel(day=entry.since - pd.Timedelta(days=1)).to_numpy()
    return value * entry.total_units / float(counts["n_units"])
