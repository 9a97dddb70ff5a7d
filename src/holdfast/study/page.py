"""What the page shows of a scenario: its map, record, dated facts, explanations and claims."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from holdfast.observe import record_series
from holdfast.observe.trackers import counted_units
from holdfast.page.document import document
from holdfast.report import About, run_values
from holdfast.report.beside import rows_beside
from holdfast.report.record_values import afterwards, captures_of, record_points
from holdfast.report.run_values import packed
from holdfast.report.said import known_wrong
from holdfast.report.shapes import WIDTH, draw_map
from holdfast.study.about import about, asked_of, faults_of, record_of
from holdfast.study.catalogue import choose, parameters
from holdfast.study.changed_calendar import SERIES
from holdfast.study.draws import with_scenario_priors
from holdfast.study.explained import no_verdict_in, verdict_values, verdicts_in
from holdfast.study.scenario import Scenario, what_is_known
from holdfast.vocabulary.priors import in_words, median
from holdfast.vocabulary.types import Mechanism, Parameter

if TYPE_CHECKING:  # a run shows itself by this page
    from holdfast.study.simulate import Run

FORMAT = 1
MOST_WARS = 1000
"""Wars of a run that the page may ask for: under a minute on two cores."""

SLIDER = (0.01, 0.99)
"""Quantiles of its prior between which a strength can be moved, and nought in any case."""

FRAME = 'style="width: 100%; height: 900px; border: 0" title="Simulated wars"'
SERIES_WORDS = {
    "ally_presence": ("Presence of the ally", "share of early 2021"),
    "air_support": ("Air support", "index, 1 is early 2021"),
    "pay_arrears": ("Pay owed", "months"),
}


def theatre_values(
    scenario: Scenario, days: int | None = None, explained: Path | None = None
) -> dict[str, Any]:
    """The scenario as values that JSON can hold; days count from the first, `days` of them.

    With the folder of an explanation, its shares and its verdict on every claim.
    """
    tables, settings = scenario.tables, scenario.tables.settings
    days = days or scenario.names.days
    start = cast(pd.Timestamp, pd.Timestamp(settings.start))
    series = record_series(tables.control, settings.trackers)
    seats = np.asarray(scenario.theatre.capital)
    units = {key: int(counted_units(t, seats).sum()) for key, t in settings.trackers.items()}
    called = dict(zip(tables.districts["district_id"], tables.districts["name"], strict=True))
    drawn = _drawn(scenario)
    return {
        "format": FORMAT, "version": version("holdfast"), "scenario": settings.name,
        "hash": tables.fingerprint[:16], "title": settings.title, "summary": settings.summary,
        "start": settings.start.isoformat(), "days": days,
        "map": drawn and {"width": WIDTH, "height": drawn.height, "borders": drawn.borders,
                          "caption": what_is_known(scenario).map},
        "known_wrong": known_wrong(faults_of(scenario)),
        "districts": _districts(scenario, drawn, start),
        "trackers": [
            {"key": key, "title": t.title, "definition": t.definition, "units": units[key],
             "total": t.total_units, "source": t.source_id}
            for key, t in settings.trackers.items()
        ],
        "record": record_points(series, units, start, days),
        "calendar": _calendar(tables.calendar, start, days, called),
        "series": _series(scenario),
        "mechanisms": _mechanisms(scenario),
        "presets": _presets(scenario),
        "claims": _claims(scenario, explained),
        "afterwards": afterwards(tables.counts, called),
        "verdicts": None if explained is None
        else verdict_values(explained, tables.fingerprint),
        "limits": {"members": [1, MOST_WARS], "seed": [0, 2**32 - 1]},
    }  # fmt: skip


def _drawn(scenario: Scenario):
    cells, names = scenario.tables.cells, scenario.names
    province_of = dict(zip(names.districts, names.province_of, strict=True))
    return draw_map(cells, province_of) if cells else None


def _districts(scenario: Scenario, drawn: Any, start: pd.Timestamp) -> list[dict[str, Any]]:
    names, seats = scenario.names, np.asarray(scenario.theatre.capital)
    captures = captures_of(scenario.tables.captures, start)
    rows = zip(names.districts, names.district_names, names.province_of, seats, strict=True)
    return [
        {"id": key, "name": name, "province": province, "capital": int(seat),
         "path": drawn.paths.get(key) if drawn else None,
         "mark": drawn.marks.get(key) if drawn else None,
         "record": captures.get(key, [])}
        for key, name, province, seat in rows
    ]  # fmt: skip


def _calendar(
    calendar: pd.DataFrame, start: pd.Timestamp, days: int, called: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Dated facts of the window."""
    last = start + pd.Timedelta(days=days - 1)
    rows = calendar.loc[calendar["date"].between(start, last)].sort_values("date", kind="stable")
    return [
        {"day": (row["date"] - start).days, "kind": str(row["kind"]),
         "words": str(row["kind"]).replace("_", " "),
         "value": "" if pd.isna(row["value"]) else f"{row['value']:g}",
         "place": ", ".join(called.get(p, p) for p in str(row["place"]).split(";") if p)
         or "nation",
         "text": str(row["note"]), "source": str(row["source_id"]),
         "known": str(row["known_on"].date())}
        for row in rows.to_dict("records")
    ]  # fmt: skip


def _series(scenario: Scenario) -> list[dict[str, Any]]:
    found = []
    for field in SERIES.values():
        knots = np.asarray(getattr(scenario.theatre.calendar, field), float)
        words, unit = SERIES_WORDS[field]
        high = max(1.5, 2 * float(knots[:, 1].max()))  # room above what the record has
        shown = [[round(day), round(level, 4)] for day, level in knots]
        found.append({"key": field, "words": words, "unit": unit, "low": 0, "high": high,
                      "knots": shown})  # fmt: skip
    return found


def _mechanisms(scenario: Scenario) -> list[dict[str, Any]]:
    chosen, known = known_parameters(scenario)
    default = dict(zip(scenario.tables.parameters["parameter"],
                       scenario.tables.parameters["value"], strict=True))  # fmt: skip
    return [
        {"name": m.name, "words": m.name.replace("_", " ").capitalize(), "says": m.claim.says,
         "wrong_if": m.claim.wrong_if, "claims": list(m.claim.claims),
         "sources": list(m.claim.sources), "followed": m.claim.followed,
         "strength": _strength(known[f"{m.name}.strength"], default.get(f"{m.name}.strength"))}
        for m in chosen
    ]  # fmt: skip


def known_parameters(scenario: Scenario) -> tuple[tuple[Mechanism, ...], dict[str, Parameter]]:
    """Mechanisms of a scenario, and its parameters with the priors that it states."""
    chosen = choose(scenario.tables.settings.mechanisms)
    return chosen, with_scenario_priors(parameters(chosen), scenario.tables.priors)


def _strength(p: Parameter, default: float | None) -> dict[str, Any]:
    middle = median(p.prior)
    return {
        "value": _digits(middle if default is None else float(default)),
        "low": _digits(min(0.0, float(p.prior.quantile(SLIDER[0])))),
        "high": _digits(float(p.prior.quantile(SLIDER[1]))),
        "unit": p.unit, "prior": in_words(p.prior), "reason": p.reason,
    }  # fmt: skip


def _digits(x: float) -> float:
    return float(f"{x:.3g}")


def _presets(scenario: Scenario) -> list[dict[str, Any]]:
    chosen, known = known_parameters(scenario)
    names = [m.name for m in chosen]
    middle = {n: _digits(median(known[f"{n}.strength"].prior)) for n in names}
    words = lambda name: name.replace("_", " ")  # noqa: E731
    return [
        {"key": "fitted", "words": "As the scenario has it", "strengths": {}},
        {"key": "all", "words": "All, each at the middle of its prior", "strengths": middle},
        *({"key": f"only:{n}", "words": f"Only {words(n)}",
           "strengths": {other: 0 for other in names if other != n}} for n in names),
        *({"key": f"without:{n}", "words": f"Without {words(n)}", "strengths": {n: 0}}
          for n in names),
    ]  # fmt: skip


def _claims(scenario: Scenario, explained: Path | None) -> list[dict[str, Any]]:
    said = {} if explained is None or no_verdict_in(explained) else verdicts_in(explained)
    return [
        {"id": row["claim_id"], "who": row["role"], "stance": row["stance"],
         "says": row["paraphrase"], "mechanism": row["mechanism"],
         "verdict": said.get(row["claim_id"])}
        for row in scenario.tables.claims.to_dict("records")
    ]  # fmt: skip


def run_of(
    run: Run, said: About, of: int | None = None, asked: Mapping[str, Any] | None = None,
    forecast_from: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A run as values that JSON can hold; see `run_values`."""
    rows = rows_beside(record_of(run), said.fitted_rows)
    return run_values(run.observables, said, rows, of, asked, forecast_from)


def page_of(
    run: Run, said: About, other: Mapping[str, Any] | None = None, explained: Path | None = None,
    forecast_from: int | None = None,
) -> str:  # fmt: skip
    """A run as one page that opens with the network off.

    `other` is a run to compare it with, as `run_of` gives it; `explained` the folder of an
    explanation; days after `forecast_from` are marked as forecast.
    """
    data = run.observables
    asked = asked_of(run.request) if forecast_from is None else None
    shown = run_of(run, said, asked=asked, forecast_from=forecast_from)
    theatre = theatre_values(run.scenario, data.sizes["day"], explained)
    return report(theatre, shown | {"push": packed(shown["push"])}, other)


def report(
    theatre: Mapping[str, Any], run: Mapping[str, Any], other: Mapping[str, Any] | None = None
) -> str:
    """Values of a theatre and of a run, its `push` packed, as one file."""
    bundle = {"live": False, "theatre": theatre, "a": run, "b": other}
    return document(str(theatre["title"]), bundle, live=False)


def framed(run: Run) -> str:
    """The page of a run in a frame of its own, for a notebook."""
    said = about(run, f"{run.scenario.names.scenario}-seed-{run.request.seed}", 0.0)
    return f'<iframe srcdoc="{escape(page_of(run, said))}" {FRAME}></iframe>'
