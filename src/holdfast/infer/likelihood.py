"""How likely the record is: dates of falls district by district, and counts by who gave them."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.scipy.special import logsumexp
from jax.scipy.stats import norm

from holdfast.vocabulary.along import at_days

MISDATED = 0.02
"""Share of rows whose day tells nothing: taken as any day of the time looked at. Judgement."""

DOUBT = {"asserts": 0.3, "claims": 0.6, "cannot_confirm": 0.8, "denies": 0.9}
"""Chance that a number has nothing to do with what happened, by its lowest stance. Judgement."""

NEAR, FAR = 0.7, 2.5
"""Spread of the log of a reported count around the true one: of one that is about it, and of one
that is not. Judgement: reports of one event differ by a factor of two."""


class Dated(NamedTuple):
    """What the record says of each district's first fall, in days since the first day.

    The fall lies in (`after`, `by`]; `by` is inf where none is known, and then the district is
    known to have stood until `after`. `counts` is the chance that it was not held from the first.
    """

    after: Array | np.ndarray  # [D]
    by: Array | np.ndarray  # [D]
    counts: Array | np.ndarray  # [D]


class Told(NamedTuple):
    """Counts of soldiers that somebody gave: one row for each event, whoever disputes it."""

    low: Array | np.ndarray  # [R]
    high: Array | np.ndarray  # [R]
    doubt: Array | np.ndarray  # [R] chance that the number is about nothing
    counts: Array | np.ndarray  # [R] 1, or 0 for a row that is there to fill the table


def log_chance_of_dates(fallen: Array, ends: Array, dated: Dated) -> Array:
    """Log chance of the dates, given `fallen` [T, D], the chance of having fallen by `ends` [T].

    Intervals are censored as they stand; between the ends of steps chances are interpolated.
    """
    known, last = jnp.isfinite(dated.by), ends[-1]
    by, after = jnp.minimum(dated.by, last), jnp.minimum(dated.after, last)
    since, until = at_days(fallen, ends, after), at_days(fallen, ends, by)
    chance = jnp.where(known, until - since, 1 - since)
    any_day = jnp.where(known, (by - after) / last, 0.5)
    chance = (1 - MISDATED) * jnp.clip(chance, 0, 1) + MISDATED * any_day
    return (dated.counts * jnp.log(jnp.maximum(chance, 1e-12))).sum()


def log_chance_of_counts(expected: Array, told: Told) -> Array:
    """Log chance of counts, given the number `expected` [R] of each by the model.

    A row is about what happened or about nothing; disputed rows more likely about nothing. Within
    its own range a row is as likely at one end as at the other.
    """
    low, high = jnp.log(told.low + 1), jnp.log(told.high + 1)
    off, half = 0.5 * (low + high) - jnp.log(expected + 1), 0.5 * (high - low)
    near = norm.logpdf(off, scale=jnp.sqrt(NEAR**2 + half**2))
    far = norm.logpdf(off, scale=jnp.sqrt(FAR**2 + half**2))
    weights = jnp.stack([jnp.log1p(-told.doubt), jnp.log(told.doubt)])
    return (told.counts * logsumexp(weights + jnp.stack([near, far]), axis=0)).sum()
