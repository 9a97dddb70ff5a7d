"""How likely the record is: dates of falls district by district, and counts by who gave them."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.scipy.special import logsumexp, ndtr
from jax.scipy.stats import norm

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


class Resolve(NamedTuple):
    """How resolve is spread, in logits: around its province's, and that of provinces."""

    own: Array
    shared: Array
    province: Array  # [D] row of the province
    provinces: int


NODES = np.linspace(-3, 3, 25)
"""Values over which the resolve that a province shares is summed, in its standard deviations."""


def by_shared_resolve(
    passed: tuple[Array, Array], dated: Dated, last: Array, resolve: Resolve
) -> Array:
    """Log of prior times chance of each province's dates at every one of NODES, [V, N].

    A district falls where its course passes its resolve; `passed` is how far the course has come
    at the ends `after` and `by` of its interval, [D] logits. `last` is the last day looked at.
    """
    known = jnp.isfinite(dated.by)
    shared = resolve.shared * jnp.asarray(NODES, jnp.float32)
    share = lambda x: ndtr((x[:, None] - shared) / resolve.own)  # noqa: E731
    since, until = share(passed[0]), share(passed[1])
    chance = jnp.where(known[:, None], until - since, 1 - since)
    by, after = jnp.minimum(dated.by, last), jnp.minimum(dated.after, last)
    any_day = jnp.where(known, (by - after) / last, 0.5)[:, None]
    chance = (1 - MISDATED) * jnp.clip(chance, 0, 1) + MISDATED * any_day
    of_district = dated.counts[:, None] * jnp.log(jnp.maximum(chance, 1e-12))
    of_province = jax.ops.segment_sum(of_district, resolve.province, resolve.provinces)
    prior = -0.5 * NODES**2
    return of_province + jnp.asarray(prior - np.log(np.exp(prior).sum()), jnp.float32)


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
