"""What a report is handed beside the observables: what the run was, and what the record says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr


class Fault(NamedTuple):
    """Something that the model is known to get wrong on this war, and the study that found it."""

    says: str
    study: str


@dataclass(frozen=True)
class About:
    """What is said of a run.

    `parameters` is the label of the set, as "fitted to this record (in sample)", and `more` says
    how it was found. `fitted_rows` are the ids of the rows of the record that it was fitted to;
    `chosen_for_it` is whether it was looked for so that its wars are like the recorded one.
    `world` says in words what was changed, "" if nothing was. `seconds` is the time the run took.
    `faults` are what studies found; empty where none judged this war. `roll` is the number of men
    on the roll. `warning` says that the set is a fit that does not make its own war, "" if not.
    """

    run_id: str
    version: str
    seed: int
    parameters: str
    national_capital: str
    seconds: float
    world: str = ""
    more: str = ""
    fitted_rows: frozenset[str] = frozenset()
    chosen_for_it: bool = False
    faults: tuple[Fault, ...] = ()
    roll: int | None = None
    warning: str = ""


@dataclass(frozen=True)
class Record:
    """What the record says, row by row.

    `series` are the rows of the control series with the columns control_id, date, tracker,
    tracker_title, measure, since, variable, low, high, total_units and stance; `counted`
    [member, row] is what each member would have given for each of them, NaN where the two cannot be
    compared, and `crps` [row] how far those are from the middle of what was counted, in the units
    of the row. `captures` and `counts` are those tables of the scenario.
    """

    series: pd.DataFrame
    counted: xr.DataArray
    captures: pd.DataFrame
    counts: pd.DataFrame
    crps: np.ndarray
