"""What if: the same dice in a changed world, so that the difference is the change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import xarray as xr

from holdfast.study.scenario import Scenario
from holdfast.study.simulate import Request, chunks, fight, join, observables, prepare

OUTCOMES = {
    "districts held by insurgents": lambda d: d["held"][:, -1].sum("district"),
    "provincial capitals among them": lambda d: d["capitals_held"][:, -1],
    "soldiers who surrendered": lambda d: _fate(d, "surrendered"),
    "soldiers who went home": lambda d: _fate(d, "deserted"),
    "soldiers who crossed a border": lambda d: _fate(d, "abroad"),
    "soldiers killed in fighting": lambda d: _fate(d, "killed"),
    "killed after surrender, a war crime": lambda d: _fate(d, "killed_after_surrender"),
}


def _fate(data: xr.Dataset, fate: str) -> xr.DataArray:
    return data["fates"][:, -1].sel(fate=fate)


def what_if(
    scenario: Scenario,
    request: Request,
    base: Request | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Paired difference of outcomes between a changed world and the same dice without the change.

    `request` is the changed world; `base` the other, without its changes if not given. Columns:
    outcome, base and changed (medians), difference (mean), low and high (90% of members), and
    the half-width of the mean's 95% interval.
    """
    base = base or replace(request, changes={}, without=(), only=())
    both = [prepare(scenario, base), prepare(scenario, request)]
    done, found = 0, []
    for war in both:
        parts = []
        for members, trajectory in fight(war, chunks(request.members)):
            parts.append(trajectory)
            done += len(members)
            if progress is not None:
                progress(done, 2 * request.members)
        found.append(observables(war, join(parts)))
    rows = []
    for outcome, of in OUTCOMES.items():
        a, b = (np.asarray(of(data), float) for data in found)
        difference = b - a
        low, high = np.quantile(difference, [0.05, 0.95])
        error = 1.96 * difference.std(ddof=1) / np.sqrt(len(a)) if len(a) > 1 else np.nan
        rows.append((outcome, np.median(a), np.median(b), difference.mean(), low, high, error))
    columns = ["outcome", "base", "changed", "difference", "low", "high", "error"]
    return pd.DataFrame(rows, columns=columns)
