"""Calibrating the inference itself: synthetic wars whose truth is known, fitted like the record.

Strengths are drawn from the prior, a war is fought by the whole engine, man by man, its falls are
dated as the record dates them, and the same fit is made. If the fit is right the truth's rank
among its draws is uniform [talts-2018] and intervals hold it as often as they say.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path as Folder

import jax
import jax.numpy as jnp
import numpy as np

from holdfast.engine.given import Replayed
from holdfast.engine.run import Plan, compile_members, keys
from holdfast.infer import Dated, Sampler, Told
from holdfast.study.catalogue import choose
from holdfast.study.evidence import FLOWS, ROWS, Evidence
from holdfast.study.fit import Effort, settle
from holdfast.study.posterior import Data, Model, model_of
from holdfast.study.scenario import Scenario

DATED_WITHIN = 1.0
"""Days before and after a synthetic fall between which it is reported, as most of the record's."""

UNDATED = 0.2
"""Share of synthetic falls of which only the last day is known; in the record 4 in 10."""

QUICK = Effort(chains=1, warmup=150, draws=200)


def calibrate(
    scenario: Scenario,
    wars: int,
    folder: Folder,
    seed: int = 1,
    effort: Effort = QUICK,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> None:
    """Fit `wars` synthetic wars, one file each in `folder`; those already there are kept.

    A file holds the truth and the draws in standard deviations of the prior, and the share of
    falls that each mechanism directly accounts for, true and fitted.
    """
    model = model_of(scenario, choose(scenario.tables.settings.mechanisms))
    sampler = Sampler(model.log_likelihood, len(model.free), effort.warmup, effort.draws)
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(wars):
        file = folder / f"war-{number:04d}.npz"
        if not file.exists():
            found = one_war(scenario, model, sampler, seed, number)
            beside = file.with_suffix(".part.npz")
            np.savez(beside, allow_pickle=False, **found)
            beside.replace(file)
        tell(number + 1, wars)


def one_war(
    scenario: Scenario, model: Model, sampler: Sampler, seed: int, number: int
) -> dict[str, np.ndarray]:
    """Truth and posterior of one synthetic war."""
    rng = np.random.default_rng([seed, number])
    truth = rng.standard_normal(len(model.free))
    found = fought(scenario, model, truth, seed, number, rng)
    days = scenario.names.days
    path, middle = settle(model, sampler, found, number + 1, days)
    draws = sampler.draw(number + 1, middle, path, Data.of(found))
    shares = jax.jit(lambda z: direct_shares(model, path, z, found.until))
    return {
        "truth": truth,
        "middle": middle,
        "z": draws.z,
        "diverging": draws.diverging,
        "fell": np.isfinite(found.dated.by).sum(),
        "true_share": np.asarray(shares(jnp.asarray(truth, jnp.float32))),
        "share": np.asarray(shares(jnp.asarray(draws.z.mean(0), jnp.float32))),
    }


def fought(
    scenario: Scenario, model: Model, truth: np.ndarray, seed: int, number: int,
    rng: np.random.Generator,
) -> Evidence:  # fmt: skip
    """One war of the engine at `truth` [free], reported as the record is."""
    days = scenario.names.days
    run = compile_members(model.theatre, model.mechanisms, Plan(days, reasons=False), False)
    war = run(keys(seed, np.asarray([number])), model.many(truth[None]))
    first, held = np.asarray(war.first_fall[0], float), np.asarray(war.held_at_start[0]) > 0
    fell = np.isfinite(first) & ~held
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


def direct_shares(model: Model, path: Replayed, z: jax.Array, until: float) -> jax.Array:
    """Part of the expected falls along the path that goes with each mechanism's strength, [M].

    Expected falls with all, less those with the strength at nought, over those with all. What the
    mechanism did to the path itself, through others, is left out: hence direct.
    """
    names = [m.name for m in model.mechanisms]
    last = jnp.searchsorted(path.days, until - path.every)
    whole = model.course(path, z)[1][last].sum()
    shares = []
    for name in names:
        without = model.without(name)
        shares.append((whole - without.course(path, z)[1][last].sum()) / whole)
    return jnp.stack(shares)
