"""Parameters as standard normal numbers: every prior becomes the same one."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array
from jax.scipy.special import ndtr, ndtri

from holdfast.vocabulary.priors import HalfNormal, LogNormal, LogUniform, Normal, Prior, Uniform


def from_normal(prior: Prior, z: Array) -> Array:
    """The value of a parameter at `z` standard deviations of its prior; smooth in `z`.

    Its share of the prior below is that of a standard normal below `z`.
    """
    if isinstance(prior, Normal):
        return prior.mean + prior.sd * z
    if isinstance(prior, LogNormal):
        return prior.median * jnp.exp(prior.sd * z)
    if isinstance(prior, HalfNormal):
        return -prior.sd * ndtri(0.5 * ndtr(-z))
    if isinstance(prior, LogUniform):
        return prior.low * (prior.high / prior.low) ** ndtr(z)
    if isinstance(prior, Uniform):
        return prior.low + (prior.high - prior.low) * ndtr(z)
    raise TypeError(f"a parameter with the prior {prior} cannot be sampled; hold it fixed")
