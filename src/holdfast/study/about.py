"""What is said of a run beside its numbers: what it was, what was changed, what the record has."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from holdfast.observe import as_counted, record_series
from holdfast.report import About, Fault, Record, record_values
from holdfast.report.beside import rows_beside
from holdfast.report.said import known_wrong
from holdfast.score.scores import crps
from holdfast.study.draws import SETS
from holdfast.study.label import label_of
from holdfast.study.scenario import Scenario, what_is_known

if TYPE_CHECKING:  # a run shows itself by what is said of it
    from holdfast.study.simulate import Request, Run


def about(run: Run, run_id: str, seconds: float) -> About:
    """What reports say of a run beside its numbers."""
    scenario, label = run.scenario, label_of(run.request, run.scenario)
    return About(
        run_id=run_id,
        version=version("holdfast"),
        seed=run.request.seed,
        parameters=label.short,
        national_capital=scenario.tables.settings.national_capital,
        seconds=seconds,
        world=world(run.request),
        more=label.more,
        fitted_rows=label.rows,
        chosen_for_it=label.chosen_for_it,
        faults=faults_of(scenario),
        roll=roll_of(scenario),
        warning=label.warning,
    )


def faults_of(scenario: Scenario) -> tuple[Fault, ...]:
    """What the model is known to get wrong on this war."""
    return tuple(Fault(fault.says, fault.study) for fault in what_is_known(scenario).faults)


def roll_of(scenario: Scenario) -> int:
    """Men on the roll."""
    return int(np.asarray(scenario.theatre.paper).sum())


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
    counted = as_counted(run.observables, series)
    middle = series[["low", "high"]].to_numpy(float).mean(axis=1)  # NaN where an end is open
    scores = crps(counted.to_numpy().T, middle)
    return Record(series, counted, tables.captures, tables.counts, scores)


def told_of(run: Run, run_id: str) -> dict[str, Any]:
    """What is said of a run beside its numbers, as plain values for programs."""
    said = about(run, run_id, 0.0)
    return {
        "label": said.parameters, "label_more": said.more, "warning": said.warning,
        "known_wrong": known_wrong(said.faults),
        **record_values(rows_beside(record_of(run), said.fitted_rows)),
    }  # fmt: skip


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
