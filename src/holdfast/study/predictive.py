"""Posterior prediction: would wars of the fitted model have a record like the one at hand?"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from holdfast.engine.given import Replayed, fallen_by, passed, unshared
from holdfast.infer import Dated
from holdfast.study.posterior import Model

WEEK = 7.0


@dataclass(frozen=True)
class Predicted:
    """First falls week by week: recorded, expected given the record, and how odd the difference."""

    ends: np.ndarray  # [W] last day of each week
    recorded: np.ndarray  # [W]
    low: np.ndarray  # [W] ends of the band that holds nine in ten wars of the fit
    high: np.ndarray  # [W]
    excess: float  # how far the record's weeks are from what is expected, over the fit's own wars'


def predict(
    model: Model, path: Replayed, dated: Dated, until: float, z: np.ndarray, seed: int = 1
) -> Predicted:
    """Weeks until a day, as draws `z` [draws, free] foretell them along the recorded path.

    Of every draw one war is made: each district falls where its course passes a resolve drawn for
    it and its province. Its weeks, and those of the record, are compared with what the draw
    expects by the sum of squared differences over the expectation plus one; `excess` is the mean
    of the record's over that of such wars. A record day that is not known is drawn anew each
    time. Such wars know nothing of bursts, so that wars of the engine itself exceed them: what is
    odd is measured on synthetic wars (studies/calibration).
    """
    rng = np.random.default_rng([seed, int(until)])
    steps = np.asarray(path.days) + path.every
    edges = np.unique(np.append(np.arange(WEEK, until, WEEK), until))

    @jax.jit
    def at(z: jax.Array) -> tuple[jax.Array, jax.Array, jax.Array, jax.Array]:
        course, ground = model.course(path, z)
        return (
            passed(course),
            fallen_by(course, ground),
            unshared(ground),
            ground["spread_province"],
        )

    province = np.asarray(model.theatre.province)
    counts = np.asarray(dated.counts)
    made, seen, odd = [], [], []
    for row in z:
        over, chance, own, alike = (np.asarray(x) for x in at(jnp.asarray(row, jnp.float32)))
        of_provinces = alike * rng.standard_normal(province.max() + 1)
        resolve = own * rng.standard_normal(over.shape[1]) + of_provinces[province]
        fell = over > resolve
        here = rng.random(len(counts)) < counts
        day = np.where(fell.any(0), steps[fell.argmax(0)] - path.every * rng.random(len(here)),
                       np.inf)  # fmt: skip
        known = recorded_days(dated, rng)
        expected = np.diff(_by(steps, chance[:, here].sum(1), edges), prepend=0)
        war, record = (weekly(x[here], edges) for x in (day, known))
        made.append(war)
        seen.append(record)
        odd.append([(((w - expected) ** 2) / (expected + 1)).sum() for w in (war, record)])
    low, high = np.quantile(made, [0.05, 0.95], axis=0)
    ours, theirs = np.asarray(odd).T
    return Predicted(edges, np.mean(seen, 0), low, high, float(theirs.mean() / ours.mean()))


def recorded_days(dated: Dated, rng: np.random.Generator) -> np.ndarray:
    """A day of each recorded fall, drawn in its interval; inf where none is known, [D]."""
    after, by = (np.asarray(x, float) for x in dated[:2])
    known = np.isfinite(by)
    return np.where(known, rng.uniform(after, np.where(known, by, after + 1)), np.inf)


def weekly(day: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Falls in each week that ends with one of the `edges`."""
    return np.diff([(day <= edge).sum() for edge in edges], prepend=0)


def _by(steps: np.ndarray, total: np.ndarray, edges: np.ndarray) -> np.ndarray:
    return np.interp(edges, np.append(0, steps), np.append(0, total))
