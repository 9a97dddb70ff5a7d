"""Forecasting: wars fought on from the recorded state at an origin, with draws of the posterior."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from holdfast.engine.given import resolve_given
from holdfast.engine.run import Plan, keys
from holdfast.infer import NODES
from holdfast.observe import observe
from holdfast.report import About
from holdfast.score import (
    BASELINES,
    Forecast,
    Known,
    Outcome,
    differences,
    score_forecasts,
)
from holdfast.score.hubverse import hubverse
from holdfast.study.about import faults_of, roll_of
from holdfast.study.errors import Refused
from holdfast.study.evidence import EVERYTHING_KNOWN, Evidence, evidence, imputed
from holdfast.study.fit import Fit, stack
from holdfast.study.keep import claimed, fresh, write_table, write_whole
from holdfast.study.label import rows_known_by
from holdfast.study.page import page_of
from holdfast.study.posterior import Data
from holdfast.study.publish import REPORT
from holdfast.study.scenario import Scenario
from holdfast.study.simulate import (
    LONGEST_DAYS,
    MOST_MEMBERS,
    Request,
    Run,
    chunks,
    fight_as_drawn,
    join,
    within,
)
from holdfast.vocabulary.state import Given
from holdfast.vocabulary.types import Trajectory

DO_NOT_USE_FOR = (
    "Not for planning operations, nor for decisions about persons. A published forecast of a fall "
    "can help to bring it about."
)

TURNS = 10
"""Times that the wars are fought up to the origin, to find resolve that agrees with the record."""

RAISED = 0.5
"""Mean by which the resolve of a district is raised, in logits, where the record had to keep it
from falling: it stood, so it was more resolute than was drawn. Judgement: small against a spread
of one, and ten turns of it reach any district."""


@dataclass(frozen=True)
class Ahead:
    """Wars that agree with the record until the origin and are the model's own from then on."""

    fit: Fit
    to: date
    trajectory: Trajectory

    @property
    def origin(self) -> float:
        """Days from the scenario's first day to the end of the day of the origin."""
        return float(self.fit.found.until)


def ahead(
    fit: Fit,
    to: date,
    members: int = 200,
    seed: int = 1,
    tell: Callable[[str], None] = lambda stage: None,
    reasons: bool = False,
) -> Ahead:
    """Fight on from the day of a fit until the end of the day `to`; `reasons` are kept if asked."""
    days = (to - fit.scenario.tables.settings.start).days + 1
    rng = np.random.default_rng([seed, fit.found.until])
    z = fit.z[rng.choice(len(fit.z), members, replace=members > len(fit.z))]
    given = conditioned(fit, z, days, rng)
    fit, values = turning_on_capitals(fit, fit.model.many(z), np.random.default_rng([seed, days]))
    for turn in range(TURNS):
        tell(f"agreeing with the record, {turn + 1} of {TURNS}")
        until = Given(given.held, given.told[:, : fit.found.until], given.resolve)
        forced = fought(fit, values, until, seed).forced > 0
        resolve = given.resolve + forced * rng.exponential(RAISED, forced.shape)
        given = given._replace(resolve=jnp.asarray(resolve, jnp.float32))
    tell("fighting on")
    return Ahead(fit, to, fought(fit, values, given, seed, reasons))


def turning_on_capitals(
    fit: Fit, values: dict[str, dict[str, np.ndarray]], rng: np.random.Generator
) -> tuple[Fit, dict[str, dict[str, np.ndarray]]]:
    """The fit and its values [B] with a day on which each war turns on capitals, if none is known.

    Capitals spared for T days are spared for t more with chance T / (T + t): the rule of one who
    knows only how long it has lasted [gott-1993].
    """
    theatre = fit.model.theatre
    if np.isfinite(theatre.calendar.capitals_day) or "targeting" not in values:
        return fit, values
    spared = fit.found.until
    shift = values["targeting"]["capitals_shift"]
    wait = spared / (1 - rng.random(len(shift))) - spared
    calendar = theatre.calendar._replace(capitals_day=jnp.asarray(spared, jnp.float32))
    model = replace(fit.model, theatre=theatre._replace(calendar=calendar))
    targeting = values["targeting"] | {"capitals_shift": wait.astype(shift.dtype)}
    return replace(fit, model=model), values | {"targeting": targeting}


def fought(
    fit: Fit, values: dict[str, dict[str, np.ndarray]], given: Given, seed: int,
    reasons: bool = False,
) -> Trajectory:  # fmt: skip
    """Wars of these values [B] in which the record decides what is `given` [B, ...]."""
    members, days = given.told.shape[:2]
    some = lambda x, at: jax.tree.map(lambda y: y[at], x)  # noqa: E731
    drawn = lambda at: (keys(seed, at), some(values, at), some(given, at))  # noqa: E731
    plan = Plan(days, reasons=reasons)
    theatre, mechanisms = fit.model.theatre, fit.model.mechanisms
    return join([*fight_as_drawn(theatre, mechanisms, plan, chunks(members), drawn)])


def conditioned(fit: Fit, z: np.ndarray, days: int, rng: np.random.Generator) -> Given:
    """What the record decides in the war of each draw `z` [B, free], [B, ...]."""
    found, model = fit.found, fit.model
    dated = Data.of(found).dated
    nodes = jnp.asarray(NODES, jnp.float32)
    step = nodes[1] - nodes[0]

    @jax.jit
    def resolve(z: jax.Array, lots: jax.Array, of_provinces: jax.Array) -> jax.Array:
        at = model.passed(fit.path, z, dated)
        chances = jnp.cumsum(jax.nn.softmax(at.shared, axis=1), axis=1)
        node = (chances < of_provinces[:, :1]).sum(1)
        shared = nodes[jnp.minimum(node, len(NODES) - 1)] + step * (of_provinces[:, 1] - 0.5)
        shared = (at.ground["spread_province"] * shared)[model.theatre.province]
        return resolve_given(at.low, at.high, jnp.isfinite(dated.by), at.ground, shared, lots)

    wars = []
    for row in z:
        lots = jnp.asarray(rng.uniform(1e-6, 1 - 1e-6, len(found.dated.counts)), jnp.float32)
        alike = jnp.asarray(rng.random((model.theatre.province_key.shape[0], 2)), jnp.float32)
        drawn = np.asarray(resolve(jnp.asarray(row, jnp.float32), lots, alike))
        wars.append(imputed(found.dated, found.until, days, drawn, rng))
    return stack(wars)


def known(scenario: Scenario, found: Evidence, to: date) -> Known:
    """What a forecaster may use at the origin, for the baselines."""
    theatre = scenario.theatre
    after, by = (np.asarray(x) for x in found.dated[:2])
    fell = np.where(np.isfinite(by), (after + by) / 2, np.inf)
    from_the_first = np.asarray(theatre.held_chance) > 0.5
    fell = np.where(from_the_first & ~np.isfinite(fell), -1.0, fell)
    proxy = np.asarray(theatre.contest_proxy)
    rank = proxy.argsort().argsort()
    days = (to - scenario.tables.settings.start).days + 1
    return Known(
        origin=float(found.until),
        horizon=float(days - found.until),
        fell=fell,
        at_risk=~np.isfinite(fell),
        neighbour=np.asarray(theatre.neighbour),
        tie=np.asarray(theatre.tie),
        contested=(rank + 0.5) / len(rank),
        capital=np.asarray(theatre.capital) > 0,
        province=np.asarray(theatre.province),
    )


def outcome(scenario: Scenario) -> Outcome:
    """What came, from the whole record."""
    dated = evidence(scenario, EVERYTHING_KNOWN).dated
    return Outcome(after=np.asarray(dated.after), by=np.asarray(dated.by))


def as_forecast(wars: Ahead, name: str = "holdfast") -> Forecast:
    """Day of the first fall in each war, [M, D]; districts known to be lost keep their day."""
    info = known(wars.fit.scenario, wars.fit.found, wars.to)
    falls = np.where(info.at_risk, wars.trajectory.first_fall, info.fell)
    falls = np.where(np.asarray(wars.trajectory.held_at_start) > 0, -1.0, falls)
    return Forecast(name=name, falls=np.where(info.at_risk, falls, info.fell))


@dataclass(frozen=True)
class Scored:
    """A forecast beside the baselines, and what came as far as the record knows it."""

    wars: Ahead
    forecasts: tuple[Forecast, ...]
    known: Known
    outcome: Outcome
    days: tuple[float, ...]
    scores: pd.DataFrame
    differences: pd.DataFrame


def scored(wars: Ahead, seed: int = 1, draws: int = 1000) -> Scored:
    """The forecast scored beside every baseline, week by week to its last day."""
    scenario = wars.fit.scenario
    info, came = known(scenario, wars.fit.found, wars.to), outcome(scenario)
    rng = np.random.default_rng(seed)
    every = (as_forecast(wars), *(make(info, rng, draws) for make in BASELINES.values()))
    days = (*np.arange(info.origin + 7, info.end, 7), info.end)
    return Scored(
        wars, every, info, came, days,
        score_forecasts(every, info, came, days),
        differences(every, info, came, days, "holdfast", rng),
    )  # fmt: skip


def check_ahead(
    scenario: Scenario, origin: date, to: date | None, members: int, out: Path | None
) -> tuple[Path, date]:
    """Folder and last day of a forecast; refuses at the door what cannot be done."""
    settings = scenario.tables.settings
    to = to or settings.end
    if origin == EVERYTHING_KNOWN:
        raise Refused(
            "This fit knows the whole record, so nothing is left to forecast. Fit with"
            f" --until DATE, a day before {to}, and forecast from that."
        )
    if origin <= settings.start:
        raise Refused(
            f"Nothing is known on {origin}: the war of {settings.name} begins on {settings.start}."
            f" Give a day after {settings.start}."
        )
    if to <= origin:
        raise Refused(f"A forecast goes forward: --to {to} is not a day after {origin}.")
    within("days until --to", (to - settings.start).days + 1, 1, LONGEST_DAYS)
    within("members", members, 1, MOST_MEMBERS)
    name = f"{scenario.names.scenario}-{origin}"
    return fresh(out, "forecasts", name, "or leave --out away"), to


def forecast_to_folder(
    fit: Fit,
    to: date | None = None,
    members: int = 200,
    seed: int = 1,
    out: Path | None = None,
    tell: Callable[[str], None] = lambda stage: None,
) -> tuple[Path, Scored]:
    """Forecast, score, and write `forecasts/<scenario>-<origin>-<stamp>` unless told."""
    settings = fit.scenario.tables.settings
    _, to = check_ahead(fit.scenario, fit.known_on, to, members, out)
    name = f"{fit.scenario.names.scenario}-{fit.known_on}"
    with claimed(out, "forecasts", name, "or leave --out away") as folder:
        found = scored(ahead(fit, to, members, seed, tell, reasons=True), seed)
        files = [hubverse(f, found.known, settings.start, fit.scenario.names.districts, found.days)
                 for f in found.forecasts]  # fmt: skip
        write_table(folder / "model-output.csv", pd.concat(files))
        write_table(folder / "scores.csv", found.scores)
        write_table(folder / "differences.csv", found.differences)
        said = json.dumps(_manifest(fit, to, members, seed), indent=1)
        write_whole(folder / "forecast.json", said.encode())
        write_whole(folder / REPORT, page(found.wars, members, seed, folder.name).encode())
        return folder, found


def _manifest(fit: Fit, to: date, members: int, seed: int) -> dict[str, Any]:
    return {
        "version": version("holdfast"),
        "fingerprint": fit.scenario.tables.fingerprint,
        "free_wars": fit.free and fit.free.as_dict(),
        "known_on": fit.known_on.isoformat(),
        "to": to.isoformat(),
        "members": members,
        "seed": seed,
        "do_not_use_for": DO_NOT_USE_FOR,
    }


def page(wars: Ahead, members: int, seed: int, run_id: str) -> str:
    """The wars fought on as one page; days after the origin are marked as forecast."""
    fit = wars.fit
    scenario, settings = fit.scenario, fit.scenario.tables.settings
    seats = np.asarray(scenario.theatre.capital)
    names = [m.name for m in fit.model.mechanisms]
    seen = observe(wars.trajectory, scenario.names, seats, settings.trackers, names)
    said = About(
        run_id=run_id, version=version("holdfast"), seed=seed, seconds=0.0,
        parameters=f"a fit to what was known on {fit.known_on}",
        more="the record decides until then: rows up to that day are no test",
        fitted_rows=rows_known_by(scenario, fit.known_on),
        national_capital=settings.national_capital,
        world=f"as the record has it until {fit.known_on}, fought on from there",
        faults=faults_of(scenario),
        roll=roll_of(scenario),
        warning=fit.free.verdict if fit.free and not fit.free.makes_its_war else "",
    )  # fmt: skip
    run = Run(scenario, Request(members, seed), seen)
    return page_of(run, said, forecast_from=fit.found.until - 1)
