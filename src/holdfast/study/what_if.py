"""What if: the same dice in a changed world, so that the difference is the change."""

from __future__ import annotations

import json
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from holdfast.study.about import about
from holdfast.study.errors import Refused
from holdfast.study.keep import claimed, write_table, write_whole
from holdfast.study.label import label_of
from holdfast.study.page import page_of, run_of
from holdfast.study.publish import REPORT
from holdfast.study.remarks import remarks
from holdfast.study.scenario import Scenario
from holdfast.study.simulate import (
    Fight,
    Request,
    Run,
    check_room,
    ensemble,
    fight,
    loaded,
    prepare,
)

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
    scenario: Scenario | str | PathLike[str],
    request: Request | None = None,
    base: Request | None = None,
    progress: Callable[[int, int], None] | None = None,
    fight: Fight = fight,
    **asked: Any,
) -> pd.DataFrame:
    """Paired difference of outcomes between a changed world and the same dice without the change.

    `request` is the changed world, or `asked` what would make one, as of `simulate`; `base` the
    other, without its changes if not given. Columns as `paired` gives them.

    >>> what_if("ring", members=20, without="contagion")  # doctest: +SKIP
    """
    if request is not None and asked:
        raise Refused(
            f"what_if: give a Request, or {', '.join(asked)} beside the scenario, not both."
        )
    request = request or Request(**asked)
    if base is None and not changes_something(request):
        raise Refused("what_if: nothing is changed. Give changes, without, only or also.")
    war = loaded(scenario)
    for said in remarks(prepare(war, request)):
        warnings.warn(said, stacklevel=2)
    return paired(*two_worlds(war, request, base, progress, fight))


def changes_something(request: Request) -> bool:
    """Whether a request is of another world than its own dice alone would give."""
    return bool(request.changes or request.without or request.only or request.also)


def two_worlds(
    scenario: Scenario,
    request: Request,
    base: Request | None = None,
    progress: Callable[[int, int], None] | None = None,
    fight: Fight = fight,
) -> tuple[Run, Run]:
    """The same dice without the change and with it."""
    base = base or replace(request, changes={}, without=(), only=(), also=())
    both = [prepare(scenario, base), prepare(scenario, request)]
    check_room(both[0], 2 * request.members)
    tell = progress or (lambda done, of: None)
    first = ensemble(both[0], lambda done, of: tell(done, 2 * of), fight)
    return first, ensemble(both[1], lambda done, of: tell(of + done, 2 * of), fight)


def paired(base: Run, changed: Run) -> pd.DataFrame:
    """Outcomes of two worlds, war by war.

    Columns: outcome, base and changed (medians), difference (mean), low and high (90% of
    members), and error, the half-width of the mean's 95% interval.
    """
    rows = []
    for outcome, of in OUTCOMES.items():
        a, b = (np.asarray(of(run.observables), float) for run in (base, changed))
        difference = b - a
        low, high = np.quantile(difference, [0.05, 0.95])
        error = 1.96 * difference.std(ddof=1) / np.sqrt(len(a)) if len(a) > 1 else np.nan
        rows.append((outcome, np.median(a), np.median(b), difference.mean(), low, high, error))
    columns = ["outcome", "base", "changed", "difference", "low", "high", "error"]
    return pd.DataFrame(rows, columns=columns)


def what_if_to_folder(
    scenario: Scenario,
    request: Request,
    out: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
    fight: Fight = fight,
) -> tuple[Path, pd.DataFrame]:
    """The same with a page of both worlds, into `what-ifs/<scenario>-<stamp>` unless told."""
    started = time.perf_counter()
    with claimed(out, "what-ifs", scenario.names.scenario, "or leave --out away") as folder:
        base, changed = two_worlds(scenario, request, progress=progress, fight=fight)
        table = paired(base, changed)
        write_table(folder / "differences.csv", table)
        seconds = time.perf_counter() - started
        other = run_of(base, about(base, f"{folder.name}-base", seconds)) | {"push": None}
        page = page_of(changed, about(changed, folder.name, seconds), other=other)
        write_whole(folder / REPORT, page.encode())
        asked = {
            "version": version("holdfast"),
            "fingerprint": scenario.tables.fingerprint,
            "request": request.as_dict(),
            "label": label_of(request, scenario).whole,
        }
        write_whole(folder / "what-if.json", json.dumps(asked, indent=1).encode())
        return folder, table
