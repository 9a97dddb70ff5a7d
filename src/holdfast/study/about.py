"""What is said of a run beside its numbers: what it was, what was changed, what the record has."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from holdfast.observe import as_counted, record_series
from holdfast.report import About, Record
from holdfast.study.draws import SETS

if TYPE_CHECKING:  # a run shows itself by what is said of it
    from holdfast.study.simulate import Request, Run


def about(run: Run, run_id: str, seconds: float) -> About:
    """What reports say of a run beside its numbers."""
    settings = run.scenario.tables.settings
    return About(
        run_id=run_id,
        version=version("holdfast"),
        seed=run.request.seed,
        parameters=label(run.request, run.scenario.tables.parameters),
        national_capital=settings.national_capital,
        seconds=seconds,
        world=world(run.request),
    )


def label(request: Request, defaults: pd.DataFrame) -> str:
    """How the parameters of a run were come by."""
    if request.parameters == "prior":
        return "prior"
    if request.parameters not in SETS:
        return f"draws of the fit {Path(request.parameters).name}"
    found = set(defaults["how"]) if len(defaults) else {"prior-median"}
    if found == {"prior-median"}:
        return "medians of the prior"
    return "quickly fitted" if found <= {"fitted", "prior-median"} else "hand-chosen"


def world(request: Request) -> str:
    """What a request changes, in words; empty if nothing."""
    parts = [f"without {name}" for name in request.without]
    parts += [f"with {name}" for name in request.also]
    parts += [f"only {', '.join(request.only)}"] if request.only else []
    parts += [f"{name} = {value}" for name, value in request.changes.items()]
    return "; ".join(parts)


def record_of(run: Run) -> Record:
    """The scenario's record beside what each member would have given for each of its rows."""
    tables = run.scenario.tables
    series = record_series(tables.control, tables.settings.trackers)
    return Record(series, as_counted(run.observables, series), tables.captures, tables.counts)


def asked_of(request: Request) -> dict[str, Any] | None:
    """What the page would have to ask for to have this run; None if it cannot."""
    strengths = {
        name.removesuffix(".strength"): float(value)
        for name, value in request.changes.items()
        if name.endswith(".strength")
    } | dict.fromkeys(request.without, 0.0)
    more = len(request.changes) + len(request.without) > len(strengths)
    if more or request.only or request.also or request.dt or request.parameters not in SETS:
        return None
    return {"members": request.members, "seed": request.seed, "strengths": strengths,
            "series": {}, "set": request.parameters}  # fmt: skip
