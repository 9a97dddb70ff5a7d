"""The summary of an ensemble as a table: a row a day."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from holdfast.report.findings import LEVELS, bands


def summary_csv(observables: xr.Dataset) -> pd.DataFrame:
    """Quantiles over the wars of every count, a row a day.

    Columns are named by what is counted, by whom or of whom, and the quantile:
    `districts_held.aan.q05`, `capitals_held.q50`, `fates.surrendered.q95`.
    """
    counts = {"capitals_held": observables["capitals_held"]}
    for tracker in map(str, observables["tracker"].to_numpy()):
        for name in ("districts_held", "contested"):
            counts[f"{name}.{tracker}"] = observables[name].sel(tracker=tracker)
    for fate in map(str, observables["fate"].to_numpy()):
        counts[f"fates.{fate}"] = observables["fates"].sel(fate=fate)
    columns = {
        f"{name}.q{round(100 * level):02d}": row
        for name, values in counts.items()
        if not np.isnan(values).all()
        for level, row in zip(LEVELS, bands(values.to_numpy()), strict=True)
    }
    return pd.DataFrame(columns, index=observables.indexes["day"].rename("day")).reset_index()
