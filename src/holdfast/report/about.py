"""What a report is handed beside the observables: what the run was, and what the record says."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import xarray as xr


@dataclass(frozen=True)
class About:
    """What is said of a run.

    `parameters` is the label of the set: prior, hand-chosen or quickly fitted. `world` says in
    words what was changed, "" if nothing was. `seconds` is the time the run took.
    """

    run_id: str
    version: str
    seed: int
    parameters: str
    national_capital: str
    seconds: float
    world: str = ""


@dataclass(frozen=True)
class Record:
    """What the record says, row by row.

    `series` are the rows of the control series with the columns date, tracker, tracker_title,
    measure, variable, low, high, total_units and stance; `counted` [member, row] is what each
    member would have given for each of them, NaN where the two cannot be compared. `captures` and
    `counts` are those tables of the scenario.
    """

    series: pd.DataFrame
    counted: xr.DataArray
    captures: pd.DataFrame
    counts: pd.DataFrame
