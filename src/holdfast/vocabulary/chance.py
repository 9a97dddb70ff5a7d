"""Dice addressed by what they are for: seed, member, purpose, count and place.

Every draw is a hash of its address [salmon-2011], so a draw does not depend on how many were
made before it, in what order, or beside which others. Removing a mechanism, a district or a
member changes no other draw. Places are addressed by their id (`vocabulary/address.py`), not by
their row.
"""

from __future__ import annotations

from enum import IntEnum

import jax.numpy as jnp
from jax import Array
from jax.extend.random import threefry_2x32


class Purpose(IntEnum):
    """What a die is for; the numbers are part of every run's reproducibility."""

    SOLDIER = 1  # count: place in the post; gives leaving, dying and door
    POST = 2  # the post's own character
    DISTRICT = 3  # the district's own character
    ATTACK = 4  # count: n-th attack on the district
    PARLEY = 5  # count: n-th visit of elders
    WITHDRAW = 6
    BREACH = 7
    COUNTERATTACK = 8
    RETAKE = 9  # whether the n-th counter-attack succeeds
    POOL = 10  # count: step; released, returned and lost men of the pools
    GHOST = 11
    HELD = 12
    PARAMETER = 13  # place: the parameter's name
    PROVINCE = 14  # what the districts of a province share
    CHIEF = 15  # place: the dated fact; then, with dice of its own, the district it reaches


def words(key: Array, purpose: int, count: Array | int, place: Array) -> tuple[Array, Array]:
    """Two independent 32-bit words at an address.

    `key` holds seed and member (uint32 [2]); `count` (below 2**24) and `place` broadcast.
    """
    count, place = jnp.broadcast_arrays(jnp.asarray(count, jnp.uint32), place)
    high = jnp.uint32(purpose << 24) | count
    flat = jnp.concatenate([high.ravel(), place.astype(jnp.uint32).ravel()])
    drawn = threefry_2x32((key[0], key[1]), flat)
    n = high.size
    return drawn[:n].reshape(high.shape), drawn[n:].reshape(high.shape)


def to_uniform(word: Array) -> Array:
    """Uniform in the open unit interval from the top 23 bits of a word."""
    return (word >> 9).astype(jnp.float32) * jnp.float32(2**-23) + jnp.float32(2**-24)


def uniform(key: Array, purpose: int, count: Array | int, place: Array) -> Array:
    """One uniform number at an address."""
    return to_uniform(words(key, purpose, count, place)[0])


def own_dice(key: Array, purpose: int, place: Array) -> Array:
    """Dice that belong to one place, uint32 [2]: a key by which what it reaches is addressed."""
    return jnp.stack(words(key, purpose, 0, place))


def binomial(u: Array, n: Array, p: Array) -> Array:
    """Binomial count from one uniform, by inversion; monotone in `u`.

    Up to an expectation of 8 (of successes or failures) the distribution function is summed
    exactly over 28 terms; beyond it a normal with a skewness correction is rounded. Monotone in
    `n` and `p` too, but for one man at a few `u` where the two meet. Any shape; `n` whole,
    returned in its type. Tested against the exact law.
    """
    n_f = n.astype(jnp.float32)
    flip = p > 0.5
    q = jnp.clip(jnp.where(flip, 1 - p, p), 0.0, 0.5)
    v = jnp.where(flip, 1 - u, u)
    mean, var = n_f * q, n_f * q * (1 - q)
    term = jnp.exp(n_f * jnp.log1p(-q))
    below, count = term, jnp.zeros_like(mean)
    odds = q / (1 - q)
    for k in range(28):
        count = count + (v > below)
        term = term * jnp.maximum(n_f - k, 0.0) * (odds / (k + 1))
        below = below + term
    z = _normal_quantile(v)
    skew = (1 - 2 * q) / jnp.sqrt(jnp.maximum(var, 1e-6))
    wide = jnp.round(mean + jnp.sqrt(var) * (z + skew * (z * z - 1) / 6))
    drawn = jnp.clip(jnp.where(mean < 8.0, count, wide), 0, n_f)
    found = jnp.where(flip, n_f - drawn, drawn).astype(n.dtype)
    return jnp.minimum(found, n)  # above 2**24 men n_f can be more than n


def normal(u: Array) -> Array:
    """Standard normal number from a uniform one."""
    return _normal_quantile(u)


def _normal_quantile(u: Array) -> Array:
    from jax.scipy.special import ndtri

    return ndtri(u)
