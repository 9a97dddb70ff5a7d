"""Total effects: what share of the spread of an output would be left if all but one were known."""

import numpy as np
import pandas as pd
from scipy.stats import sobol_indices, uniform
from wars import FATES, OUTPUTS, Ground, by_owner, fought, middles_of, priors_of, say

from holdfast.engine.run import keys
from holdfast.study.simulate import Request, prepare

GROUND = (
    "baseline_exit", "moment_rate", "spread_soldier", "spread_district", "spread_province",
    "surrender_appeal", "nest", "ghosts", "fighters", "holders", "attack_rate", "kill_rate",
    "hold_ratio", "gaps",
)  # fmt: skip
"""Parameters of the ground that are varied beside the strength of every mechanism."""

DICE, JIGGLE = "dice", "jiggle"
N_DICE = 16
"""Sets of dice that the input `dice` chooses from."""

JIGGLED = 1e-3
"""Part by which the input `jiggle` changes the number of fighters at most: nothing that matters, so
its index is what an input of no importance gets in a world where one shot can move a district."""

RESAMPLED = 500


def over_priors(scenario):
    """War, inputs, and their values at shares `u` of their priors; the rest at the default set."""
    war = prepare(scenario, Request())
    names = [f"{m.name}.strength" for m in war.mechanisms] + [f"ground.{g}" for g in GROUND]
    priors, rest = priors_of(war), middles_of(war)

    def values(u):
        varied = {n: priors[n].quantile(x) for n, x in zip(names, u, strict=True)}
        return spread(rest, varied, u.shape[1])

    return war, names, values


def over_fit(scenario, draws):
    """The same over the marginals of a fit, each by itself; the rest as fits hold them."""
    war = prepare(scenario, Request())
    names, rest = list(draws), held_by_fits(war)

    def values(u):
        varied = {n: np.quantile(draws[n], x) for n, x in zip(names, u, strict=True)}
        return spread(rest, varied, u.shape[1])

    return war, names, values


def held_by_fits(war):
    """The middle of every prior."""
    return {name: float(prior.quantile(0.5)) for name, prior in priors_of(war).items()}


def spread(still, varied, count):
    """Values for the engine of numbers that stand still and of those that do not [count]."""
    return by_owner({n: np.full(count, x) for n, x in still.items()} | varied)


def evaluate(what, inputs, n, work):
    """Outputs [s, n], [s, n] and [d, s, n] of the design of Saltelli, kept in the folder `work`."""
    war, names, values = inputs
    ground = Ground(war.theatre, war.mechanisms, war.plan.days)
    d, calls = len(names) + 2, []
    file = work / f"total-effects-{what}-{n}.npz"
    if file.exists():
        with np.load(file) as kept:
            return [kept[x] for x in ("f_A", "f_B", "f_AB")]

    def func(u):
        u = np.clip(u, 1e-6, 1 - 1e-6)
        given = values(u[:-2])
        jiggled = given["ground"]["fighters"] * (1 + JIGGLED * (2 * u[-1] - 1))
        given["ground"]["fighters"] = jiggled.astype(np.float32)
        dice = keys(war.request.seed, (u[-2] * N_DICE).astype(int))
        found = fought(ground, dice, given, f"total effects, {what}")
        logs = np.log1p(found[[str(f) for f in FATES]])
        calls.append(np.concatenate([found[list(OUTPUTS)], logs], 1).T)
        return calls[-1].copy()  # which SciPy centres in place

    say(f"total effects, {what}: {n * (d + 2)} wars")
    sobol_indices(func=func, n=n, dists=[uniform()] * d, rng=np.random.default_rng(1))
    calls[2] = np.moveaxis(calls[2].reshape(-1, n, d), -1, 0)
    np.savez(file, f_A=calls[0], f_B=calls[1], f_AB=calls[2])
    return calls


def indices(what, inputs, n, work):
    """First and total effects of every input on every output, with 95% bootstrap intervals.

    And the outputs of the 2n wars in which all inputs are drawn independently.
    """
    found = evaluate(what, inputs, n, work)
    every, rng = [*inputs[1], DICE, JIGGLE], np.random.default_rng(2)

    def both(rows):
        of = {k: x[..., rows] for k, x in zip(("f_A", "f_B", "f_AB"), found, strict=True)}
        result = sobol_indices(func=of, n=n)
        return np.stack([result.first_order, result.total_order])

    point = both(np.arange(n))
    resampled = np.stack([both(rng.integers(0, n, n)) for _ in range(RESAMPLED)])
    low, high = np.quantile(resampled, [0.025, 0.975], axis=0)
    columns = [*((o, "count") for o in OUTPUTS), *((str(f), "log") for f in FATES)]
    rows = [
        (what, n, name, *column, *(x[kind, s, i] for kind in (0, 1) for x in (point, low, high)))
        for s, column in enumerate(columns)
        for i, name in enumerate(every)
    ]
    columns = ["over", "n", "input", "output", "scale", "first", "first_low", "first_high",
               "total", "total_low", "total_high"]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    floor = frame[frame["input"] == JIGGLE].set_index(["output", "scale"])["total_high"]
    frame["noise"] = [r.total_low <= floor[r.output, r.scale] for r in frame.itertuples()]
    alone = np.concatenate(found[:2], 1)[: len(OUTPUTS)].T
    return frame, pd.DataFrame(alone, columns=list(OUTPUTS))


def jointly(scenario, draws, members):
    """Wars of joint draws of a fit, to compare with draws of each parameter by itself."""
    war, rng = prepare(scenario, Request()), np.random.default_rng(1)
    rows = draws.iloc[rng.choice(len(draws), members, replace=members > len(draws))]
    varied = {name: rows[name].to_numpy() for name in rows}
    dice = keys(war.request.seed, rng.integers(0, N_DICE, members))
    ground = Ground(war.theatre, war.mechanisms, war.plan.days)
    return fought(ground, dice, spread(held_by_fits(war), varied, members), "joint draws")
