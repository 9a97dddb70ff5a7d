"""A baseline in which falls breed falls: a Hawkes process on the map."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from holdfast.score.days import Past, neighbour_weights, past, play_forward, susceptibility
from holdfast.score.types import Forecast, Known

# Normal priors on logarithms: background per day, falls that one fall adds among its neighbours
# and in the nation before districts run out, and days over which it does so.
CENTRE = np.log([0.002, 0.2, 0.2, 7.0])
SPREAD = np.array([2.0, 1.5, 1.5, 0.7])


def self_exciting(known: Known, rng: np.random.Generator, draws: int = 1000) -> Forecast:
    """Daily hazard = mu w_d + alpha sum_n W_dn S_n + gamma sum_n S_n / D.

    S_n is what is left of the fall of n: of mass 1, spread over the days after it with
    exponential decay (time constant tau). w is `susceptibility` over its mean, W the tie-weighted
    map. Most probable mu, alpha, gamma and tau with weak priors, drawn from their Laplace
    approximation on the log scale; then wars are played forward.
    """
    weights = neighbour_weights(known)
    best, covariance = fit_kernels(known, weights)
    mu, alpha, gamma, tau = np.exp(rng.multivariate_normal(best, covariance, draws)).T[:, :, None]
    keep = np.exp(-1 / tau)
    background = mu * _relative(known)
    # What is left on the origin's own day; the first call adds the falls of that day.
    before = past(known).fell[:-1]
    age = np.arange(len(before), 0, -1) - 1
    left = (keep**age * (1 - keep)) @ before

    def hazard(lost: np.ndarray, fell: np.ndarray) -> np.ndarray:
        nonlocal left
        left = keep * left + (1 - keep) * fell
        return background + alpha * (left @ weights.T) + gamma * left.mean(1, keepdims=True)

    return play_forward("self_exciting", known, rng, hazard, draws)


def fit_kernels(known: Known, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Most probable log mu, alpha, gamma and tau [4], and their covariance.

    Errors where the search does not converge. No posterior is taken to be wider than the prior.
    """
    seen, relative = past(known), _relative(known)

    def loss(theta: np.ndarray) -> float:
        rate = np.exp(theta)
        left = excitement(seen, rate[3])
        total = rate[0] * relative + rate[1] * (left @ weights.T)
        total = total + rate[2] * left.mean(1, keepdims=True)
        survived = total[~seen.lost & ~seen.fell].sum()
        fell = np.log(-np.expm1(-total[seen.fell])).sum()
        return float(survived - fell + (((theta - CENTRE) / SPREAD) ** 2).sum() / 2)

    found = minimize(loss, CENTRE, method="Nelder-Mead", options=_PATIENT)
    if not found.success:
        raise RuntimeError(f"the self-exciting hazard did not converge: {found.message}")
    # On the scale of the prior the curvature is at least 1 where the likelihood is concave.
    unit = _curvature(lambda z: loss(found.x + z * SPREAD))
    value, vector = np.linalg.eigh(unit)
    covariance = (vector / np.maximum(value, 1.0)) @ vector.T
    return found.x, covariance * np.outer(SPREAD, SPREAD)


def excitement(seen: Past, tau: float) -> np.ndarray:
    """What is left of each district's fall when each day begins [T, D], per day, mass 1."""
    keep = np.exp(-1 / tau)
    left = np.zeros(seen.fell.shape)
    for day in range(1, len(left)):
        left[day] = keep * left[day - 1] + (1 - keep) * seen.fell[day - 1]
    return left


_PATIENT = {"maxiter": 4000, "maxfev": 4000, "xatol": 1e-3, "fatol": 1e-5}


def _relative(known: Known) -> np.ndarray:
    """Susceptibility over its mean [D]."""
    return susceptibility(known) / susceptibility(known).mean()


def _curvature(f, step: float = 0.05) -> np.ndarray:  # noqa: ANN001
    """Second derivatives [4, 4] at zero by central differences."""
    e = np.eye(len(CENTRE)) * step
    return np.array(
        [[(f(a + b) - f(a - b) - f(b - a) + f(-a - b)) / (4 * step**2) for b in e] for a in e]
    )
