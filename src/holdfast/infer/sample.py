"""Sampling a posterior over standard normal numbers: its middle by descent, itself by NUTS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from scipy.optimize import minimize

DEEPEST = 6
"""Greatest depth of a trajectory of the sampler: up to 63 gradients a draw."""


class Draws(NamedTuple):
    """Draws of one chain and what the sampler says of them."""

    z: np.ndarray  # [draws, parameters] standard deviations of the prior
    log_likelihood: np.ndarray  # [draws]
    diverging: np.ndarray  # [draws] bool
    gradients: np.ndarray  # [draws] spent on each


class Sampler:
    """Samples `size` numbers whose prior is standard normal, given `log_likelihood(z, *data)`.

    The descent is compiled once for all data of the same shapes. So is a chain if told to
    `compile_once`, at a dearer gradient; else every chain compiles its own.
    """

    def __init__(
        self,
        log_likelihood: Callable[..., Array],
        size: int,
        warmup: int,
        draws: int,
        compile_once: bool = False,
    ) -> None:
        """Make ready; nothing is compiled yet."""
        import numpyro
        from numpyro import distributions
        from numpyro.infer import MCMC, NUTS

        def model(*data: Any) -> None:
            z = numpyro.sample("z", distributions.Normal(0, 1).expand([size]).to_event(1))
            record = numpyro.deterministic("record", log_likelihood(z, *data))
            numpyro.factor("likelihood", record)

        def objective(z: Array, *data: Any) -> Array:
            return 0.5 * (z**2).sum() - log_likelihood(z, *data)

        kernel = NUTS(model, dense_mass=True, max_tree_depth=DEEPEST, target_accept_prob=0.8)
        self._chain = MCMC(kernel, num_warmup=warmup, num_samples=draws, progress_bar=False,
                           jit_model_args=compile_once)  # fmt: skip
        self._objective = jax.jit(jax.value_and_grad(objective))

    def _both(self, z: np.ndarray, *data: Any) -> tuple[float, np.ndarray]:
        value, slope = self._objective(jnp.asarray(z, jnp.float32), *data)
        return float(value), np.asarray(slope, float)

    def middle(self, start: np.ndarray, *data: Any) -> np.ndarray:
        """Most likely point of the posterior, by descent from `start` [size]."""
        found = minimize(self._both, start.astype(float), data, jac=True, method="L-BFGS-B",
                         options={"maxiter": 200})  # fmt: skip
        return np.asarray(found.x)

    def draw(self, seed: int, middle: np.ndarray, *data: Any) -> Draws:
        """One chain of NUTS [hoffman-gelman-2014] from the `middle`, by NumPyro [phan-2019]."""
        first = {"z": jnp.asarray(middle, jnp.float32)}
        self._chain.run(jax.random.PRNGKey(seed), *data, init_params=first,
                        extra_fields=("diverging", "num_steps"))  # fmt: skip
        found, fields = self._chain.get_samples(), self._chain.get_extra_fields()
        return Draws(*(np.asarray(x) for x in (
            found["z"], found["record"], fields["diverging"], fields["num_steps"])))  # fmt: skip
