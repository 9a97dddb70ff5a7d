"""Calibrating the inference itself: synthetic wars whose truth is known, fitted like the record.

Strengths are drawn from the prior, a war is fought by the whole engine, man by man, its falls are
dated as the record dates them, and the same fit is made. If the fit is right the truth's rank
among its draws is uniform [talts-2018] and intervals hold it as often as they say.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from holdfast.engine.given import Replayed, course, fallen_by
from holdfast.engine.run import Plan, compile_members, keys
from holdfast.infer import Dated, Sampler, Told
from holdfast.study.catalogue import choose
from holdfast.study.evidence import FLOWS, ROWS, Evidence
from holdfast.study.fit import Effort, settle
from holdfast.study.posterior import Data, Model, model_of
from holdfast.study.predictive import predict
from holdfast.study.scenario import Scenario
from holdfast.study.standstill import standstill

DATED_WITHIN = 1.0
"""Days before and after a synthetic fall between which it is reported, as most of the record's."""

UNDATED = 0.2
"""Share of synthetic falls of which only the last day is known; in the record 4 in 10."""

EFFORT = Effort(chains=1, warmup=80, draws=100)
"""Shorter chains than a user's fit: what is checked is whether they are right, not how smooth."""

KEPT = 50
"""Draws that a truth is ranked among: every other one, so that they depend less on each other."""

PASSES = 2
"""Times that the path is replayed, against four in a user's fit."""

BETWEEN = 10
"""Wars after which compiled programs are let go: every war leaves some, and a process that keeps
those of fifty dies, for the system allows it only so many pieces of memory."""

STANDSTILL, PAUSE = 0.4, 28.0
"""A war misspecified on purpose: after this part of all falls nothing falls for so many days, for
a reason that the model does not have."""


def calibrate(
    scenario: Scenario,
    numbers: range,
    folder: Path,
    seed: int = 1,
    misspecified: bool = False,
    tell: Callable[[int], None] = lambda done: None,
) -> None:
    """Fit the synthetic wars of these numbers, one file each in `folder`; those there are kept.

    A file holds truth and draws in standard deviations of the prior, the share of falls that each
    mechanism directly accounts for, true and fitted, the excess of the posterior prediction, and
    the chance of a pause as long (nan if too little fell).
    """
    model = model_of(scenario, choose(scenario.tables.settings.mechanisms))
    sampler = Sampler(
        model.log_likelihood, len(model.free), EFFORT.warmup, EFFORT.draws, compile_once=True
    )
    folder.mkdir(parents=True, exist_ok=True)
    fitted = 0
    for number in numbers:
        file = folder / f"war-{number:04d}.npz"
        if not file.exists():
            found = one_war(scenario, model, sampler, seed, number, misspecified)
            beside = file.with_suffix(".part.npz")
            np.savez(beside, allow_pickle=False, **found)
            beside.replace(file)
            fitted += 1
            if fitted % BETWEEN == 0:
                jax.clear_caches()
        tell(number)


def one_war(
    scenario: Scenario, model: Model, sampler: Sampler, seed: int, number: int, misspecified: bool
) -> dict[str, np.ndarray]:
    """Truth and posterior of one synthetic war."""
    rng = np.random.default_rng([seed, number])
    truth = rng.standard_normal(len(model.free))
    found = reported(scenario, model, truth, seed, number, rng, misspecified)
    path, middle = settle(model, sampler, found, number + 1, scenario.names.days, passes=PASSES)
    draws = sampler.draw(number + 1, middle, path, Data.of(found))
    z = draws.z[:: EFFORT.draws // KEPT]
    shares = jax.jit(lambda z: direct_shares(model, path, z))
    paused = standstill(model, found.dated, found.until, z, number)
    return {
        "truth": truth,
        "z": z,
        "diverging": draws.diverging,
        "gradients": draws.gradients,
        "fell": np.isfinite(found.dated.by).sum(),
        "true_share": np.asarray(shares(jnp.asarray(truth, jnp.float32))),
        "share": np.mean([shares(jnp.asarray(x, jnp.float32)) for x in z[::6]], 0),
        "excess": np.asarray(predict(model, path, found.dated, found.until, z, number).excess),
        "pause": np.asarray(np.nan if paused is None else paused.chance),
    }


def reported(
    scenario: Scenario, model: Model, truth: np.ndarray, seed: int, number: int,
    rng: np.random.Generator, misspecified: bool,
) -> Evidence:  # fmt: skip
    """One war of the engine at `truth` [free], reported as the record is."""
    days = scenario.names.days
    run = compile_members(model.theatre, model.mechanisms, Plan(days, reasons=False), False)
    war = run(keys(seed, np.asarray([number])), model.many(truth[None]))
    first, held = np.asarray(war.first_fall[0], float), np.asarray(war.held_at_start[0]) > 0
    if misspecified:
        first = with_a_standstill(first, held)
    fell = (first <= days) & ~held
    undated = fell & (rng.random(len(first)) < UNDATED)
    after = np.where(fell, first - DATED_WITHIN, float(days))
    by = np.where(fell, first + DATED_WITHIN, np.inf)
    after = np.where(undated, 0.0, np.clip(after, 0.0, None))
    none = Told(np.zeros(ROWS), np.zeros(ROWS), np.full(ROWS, 0.5), np.zeros(ROWS))
    return Evidence(
        until=days,
        dated=Dated(after, by, 1.0 - held),
        told=none,
        spans=np.tile([0.0, 1.0], (ROWS, 1)),
        places=np.zeros((ROWS, len(first))),
        flows=np.zeros((ROWS, len(FLOWS))),
        count_ids=(),
    )


def with_a_standstill(first: np.ndarray, held: np.ndarray) -> np.ndarray:
    """Days of fall of a war that stops for a while and goes on as if it had not."""
    fell = first[np.isfinite(first) & ~held]
    if not len(fell):
        return first
    stop = np.quantile(fell, STANDSTILL)
    return np.where(first > stop, first + PAUSE, first)


def direct_shares(model: Model, path: Replayed, z: jax.Array) -> jax.Array:
    """Part of the expected falls along the path that goes with each mechanism's strength, [M].

    Expected falls with all, less those with the strength at nought, over those with all. What the
    mechanism did to the path itself, through others, is left out: hence direct.
    """
    values = model.values(z)

    def fallen(values: dict) -> jax.Array:
        expected = course(model.theatre, model.mechanisms, model.posts, path, values)
        return fallen_by(expected, values["ground"])[-1].sum()

    whole = fallen(values)
    off = lambda name: values | {name: {**values[name], "strength": jnp.float32(0)}}  # noqa: E731
    return jnp.stack([(whole - fallen(off(m.name))) / whole for m in model.mechanisms])
