"""Wars of given values, and the few numbers of each that the study asks for."""

import sys
from typing import NamedTuple

import jax
import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from holdfast.engine.run import Plan
from holdfast.report.findings import collapsed_with
from holdfast.study.catalogue import parameters
from holdfast.study.draws import with_scenario_priors
from holdfast.study.simulate import chunks, fight_as_drawn
from holdfast.vocabulary.types import Theatre
from holdfast.vocabulary.words import Fate

FATES = (Fate.SURRENDERED, Fate.ABROAD, Fate.KILLED, Fate.KILLED_AFTER_SURRENDER)
TITLES = {
    "districts": "districts",
    "capitals": "capitals",
    "surrendered": "surrendered",
    "abroad": "crossed a border",
    "killed": "killed fighting",
    "killed_after_surrender": "killed after surrender",
}
OUTPUTS = tuple(TITLES)


class Ground(NamedTuple):
    """Where and how wars are fought."""

    theatre: Theatre
    mechanisms: tuple
    days: int
    dt: float = 1.0


def say(text):
    """Tell how far the work has come."""
    print(text, file=sys.stderr, flush=True)


def outputs(theatre, wars):
    """Numbers of each war, a row of each; `collapsed` as the reports mean it."""
    held, fates = np.asarray(wars.held) > 0, np.asarray(wars.fates)[:, -1]
    capital = np.asarray(theatre.capital) > 0
    capitals = held[..., capital].sum(-1)
    found = {"districts": held[:, -1].sum(-1), "capitals": capitals[:, -1]}
    found |= {str(fate): fates[:, list(Fate).index(fate)] for fate in FATES}
    found["collapsed"] = collapsed_with(held, capital, int(theatre.national_capital))[:, -1]
    found["present"] = np.asarray(wars.present).sum(-1)
    if not np.isfinite(np.asarray(wars.fighters)).all():
        raise FloatingPointError("a war has fighters that are no number")
    return pd.DataFrame(found).astype(float)


def fought(ground, dice, values, what="wars"):
    """Numbers [B] of wars with these dice [B, 2] and values [B]."""
    plan = Plan(ground.days, ground.dt, reasons=False)
    drawn = lambda at: (dice[at], jax.tree.map(lambda x: x[at], values))  # noqa: E731
    wanted, parts = chunks(len(dice)), []
    for wars in fight_as_drawn(ground.theatre, ground.mechanisms, plan, wanted, drawn):
        parts.append(outputs(ground.theatre, wars))
        if len(parts) % 5 == 0:
            say(f"{what}: {len(parts)} of {len(wanted)} chunks")
    return pd.concat(parts, ignore_index=True)


def priors_of(war):
    """The prior of every parameter in use."""
    known = with_scenario_priors(parameters(war.mechanisms), war.scenario.tables.priors)
    return {name: parameter.prior for name, parameter in known.items()}


def middles_of(war):
    """The default set without its spread: one number for every parameter in use."""
    table = war.scenario.tables.parameters
    stated = dict(zip(table["parameter"], table["value"], strict=True))
    return {n: float(stated.get(n, p.quantile(0.5))) for n, p in priors_of(war).items()}


def by_owner(flat):
    """{owner: {parameter: [B]}} of {owner.parameter: [B]}."""
    found = {}
    for name, value in flat.items():
        owner, short = name.split(".", 1)
        found.setdefault(owner, {})[short] = np.asarray(value, np.float32)
    return found


def stretched(prior, x, factor):
    """What lies `factor` times as many standard deviations from the middle of the prior as `x`.

    In the prior's own normal scale, so that bounds hold.
    """
    z = ndtri(np.clip(prior.share_below(np.asarray(x, float)), 1e-7, 1 - 1e-7))
    return prior.quantile(np.clip(ndtr(factor * z), 1e-9, 1 - 1e-9))
