"""Reading a course of days at a day of each district's own."""

import jax.numpy as jnp
from jax import Array


def at_days(x: Array, ends: Array, day: Array, first: Array | float = 0.0) -> Array:
    """`x` [T, D], known at the `ends` [T] of steps, at the `day` [D] of each district, [D].

    Straight lines between; `first` is its value on day 0, and after the last end it stays. A
    weighted sum over all steps: its slope needs no scatter, which processors are slow at.
    """
    starts = jnp.concatenate([jnp.zeros_like(ends[:1]), ends[:-1]])
    done = jnp.clip((day - starts[:, None]) / (ends - starts)[:, None], 0, 1)  # part of each step
    weights = done - jnp.concatenate([done[1:], jnp.zeros_like(done[:1])])
    return (weights * x).sum(0) + (1 - done[0]) * first
