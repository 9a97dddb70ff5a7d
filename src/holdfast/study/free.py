"""Does a fitted model make its own war? Its free wars, from the first day, beside the record."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np

from holdfast.report.beside import Kind, by_tracker, rows_beside
from holdfast.report.findings import band
from holdfast.study.about import record_of
from holdfast.study.fit import Fit
from holdfast.study.label import label_of
from holdfast.study.own_war import FreeWars
from holdfast.study.page import known_parameters
from holdfast.study.simulate import Run, simulate

WARS = 50
"""Free wars of a fit: enough for a 90% band, and a few seconds."""


def free_wars(fit: Fit, folder: Path, seed: int, members: int = WARS) -> tuple[FreeWars, Run]:
    """Free wars of the fit in a folder, fought and counted as `holdfast run` does."""
    fitted = {m.name for m in fit.model.mechanisms}
    left_out = tuple(m.name for m in known_parameters(fit.scenario)[0] if m.name not in fitted)
    run = simulate(
        fit.scenario, members=members, seed=seed, without=left_out, parameters=str(folder)
    )
    return judged(fit, run), run


def judged(fit: Fit, run: Run) -> FreeWars:
    """The wars of a run beside what the fit knew of the record."""
    known = label_of(run.request, run.scenario).rows
    rows = [r for r in rows_beside(record_of(run), known) if r.kind is Kind.COUNTED and r.fitted]
    data, days = run.observables, min(fit.found.until, fit.scenario.names.days)
    first, began = data["first_fall"].to_numpy(), data["held_at_start"].to_numpy() > 0
    fell = band(((first <= days) & ~began).sum(1).astype(float))
    start: date = fit.scenario.tables.settings.start
    return FreeWars(
        wars=data.sizes["member"],
        until=(start + timedelta(days - 1)).isoformat(),
        rows=len(rows),
        outside=sum(not row.agrees for row in rows),
        low=float(fell.low90),
        middle=float(fell.middle),
        high=float(fell.high90),
        recorded=recorded(fit),
        trackers=tuple((b.title, b.rows, b.inside, b.width) for b in by_tracker(rows)),
    )


def recorded(fit: Fit) -> float:
    """First falls that the fit's record knows of."""
    dated = fit.found.dated
    return float((np.isfinite(np.asarray(dated.by)) * np.asarray(dated.counts)).sum())
