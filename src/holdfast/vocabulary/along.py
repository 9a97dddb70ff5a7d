"""Reading a course of days at a day of each district's own."""

import jax.numpy as jnp
from jax import Array


def at_days(x: Array, ends: Array, day: Array, first: Array | float = 0.0) -> Array:
    """`x` [T, D], known at the `ends` [T] of steps, at the `day` [D] of each district, [D].

    Straight lines between; `first` is its value on day 0, and after the last end it stays.
    """
    above = jnp.clip(jnp.searchsorted(ends, day), 0, ends.shape[0] - 1)
    start = jnp.where(above > 0, ends[above - 1], 0.0)
    weight = jnp.clip((day - start) / (ends[above] - start), 0, 1)
    column = jnp.arange(day.shape[0])
    before = jnp.where(above > 0, x[jnp.maximum(above - 1, 0), column], first)
    return before + weight * (x[above, column] - before)
