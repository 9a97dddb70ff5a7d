"""A baseline that knows the map: contested districts fall, and those beside fallen ones."""

from __future__ import annotations

import numpy as np
from scipy.special import expit, logit

from holdfast.score.days import neighbour_weights, past, play_forward
from holdfast.score.types import Forecast, Known

# Normal priors of intercept and slopes, on the logit of falling on a day: wide, and there so
# that a fit exists when no capital, or nothing at all, has fallen yet.
CENTRE = np.array([logit(0.005), 0.0, 0.0, 0.0])
SPREAD = np.array([3.0, 2.5, 2.5, 2.5])


def contested_adjacent(known: Known, rng: np.random.Generator, draws: int = 1000) -> Forecast:
    """Daily hazard, logit in contested, share of neighbours lost and being a capital.

    Fitted to every district-day so far, neighbours as they stood when each day began.
    Coefficients are drawn from their normal; then wars are played forward, neighbours with them.
    """
    weights = neighbour_weights(known)
    coefficients, covariance = fit_hazard(known, weights)
    drawn = rng.multivariate_normal(coefficients, covariance, draws, method="cholesky")
    fixed = drawn @ np.stack(
        [np.ones_like(known.contested), known.contested, np.zeros_like(known.contested)]
        + [known.capital.astype(float)]
    )

    def hazard(lost: np.ndarray, fell: np.ndarray) -> np.ndarray:
        # A chance p of a day is a hazard of -log(1 - p) = log(1 + odds).
        return np.logaddexp(0, fixed + drawn[:, 2:3] * (lost @ weights.T))

    return play_forward("contested_adjacent", known, rng, hazard, draws)


def fit_hazard(known: Known, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Most probable coefficients [4] and their covariance: one, contested, neighbours, capital.

    Newton's method; the penalised likelihood is concave, so the answer is the only one.
    """
    seen = past(known)
    day, place = np.nonzero(~seen.lost)
    share = (seen.lost @ weights.T)[day, place]
    columns = [np.ones(len(place)), known.contested[place], share, known.capital[place]]
    x, y = np.stack(columns, axis=1).astype(float), seen.fell[day, place].astype(float)
    prior = np.diag(SPREAD**-2)

    def loss(beta: np.ndarray) -> float:
        eta = x @ beta
        return float(
            (np.logaddexp(0, eta) - y * eta).sum() + (beta - CENTRE) @ prior @ (beta - CENTRE) / 2
        )

    beta = CENTRE.copy()
    for _ in range(200):
        p = expit(x @ beta)
        slope = x.T @ (p - y) + prior @ (beta - CENTRE)
        curvature = (x.T * (p * (1 - p))) @ x + prior
        step = np.linalg.solve(curvature, slope)
        if slope @ step < 1e-10:
            return beta, np.linalg.inv(curvature)
        size = 1.0
        while loss(beta - size * step) > loss(beta) and size > 1e-6:
            size /= 2
        beta = beta - size * step
    raise RuntimeError("the hazard of contested and adjacent districts did not converge")
