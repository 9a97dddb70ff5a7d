"""A baseline that sees only the national count and takes it for a logistic curve."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from holdfast.score.days import days_from_counts, past, spread_falls, susceptibility
from holdfast.score.types import Forecast, Known

# Weak priors, so that a curve exists whatever was seen: its ceiling as a logit of the share of
# districts standing on the first day, its rate as a log per day, its middle in days from the
# origin.
CENTRE = np.array([0.0, np.log(0.1), 0.0])
SPREAD = np.array([2.0, 1.0, 60.0])
FLOOR = 1e-3  # falls a day that the curve allows anywhere, so that a lone early fall is possible
N_FITS = 200  # refits of the bootstrap; draws take turns over them


def logistic(known: Known, rng: np.random.Generator, draws: int = 1000) -> Forecast:
    """Falls follow K / (1 + exp(-r (t - t0))), fitted to the daily counts so far.

    Poisson likelihood with weak priors. The bootstrap draws the daily counts again from the
    fitted curve, with the dispersion of its residuals, and the priors' centres again from the
    priors, so that what the counts do not tell stays uncertain. (Residuals themselves are not
    resampled: on counts of 0 and 1 they would make negative falls.) Falls ahead are drawn with
    the same dispersion and handed to districts at risk in proportion to `susceptibility`.
    """
    seen = past(known)
    n_falls, n_standing = seen.n_falls.astype(float), float((~seen.lost[0]).sum())
    ends = np.arange(-len(n_falls), int(np.ceil(known.horizon)) + 1, dtype=float)
    ends[-1] = known.horizon
    then, ahead = ends[: len(n_falls) + 1], ends[len(n_falls) :]
    best = fit_curve(n_falls, then, n_standing, CENTRE)
    dispersion = _dispersion(n_falls, curve(best, then, n_standing))
    fits = [
        fit_curve(
            overdispersed(curve(best, then, n_standing), dispersion, rng),
            then,
            n_standing,
            rng.normal(CENTRE, SPREAD),
        )
        for _ in range(min(N_FITS, draws))
    ]
    mean = np.array([curve(fit, ahead, n_standing) for fit in fits])
    counts = overdispersed(mean[np.arange(draws) % len(fits)], dispersion, rng)
    days = days_from_counts(known, counts, rng)
    return spread_falls("logistic", known, days, susceptibility(known), rng)


def curve(theta: np.ndarray, ends: np.ndarray, n_standing: float) -> np.ndarray:
    """Expected falls between successive `ends` [T + 1], in days from the origin: [T]."""
    share, log_rate, middle = theta
    return n_standing * expit(share) * np.diff(expit(np.exp(log_rate) * (ends - middle)))


def fit_curve(
    n_falls: np.ndarray, ends: np.ndarray, n_standing: float, centre: np.ndarray
) -> np.ndarray:
    """Most probable ceiling, rate and middle of the curve given daily counts [T].

    Poisson likelihood and the priors. Errors where the search does not converge.
    """

    def loss(apart: np.ndarray) -> tuple[float, np.ndarray]:
        """Of the distance from the priors' centre in units of their spread, with its slope."""
        theta = centre + SPREAD * apart
        rate = np.exp(theta[1])
        since = rate * (ends - theta[2])
        bend, ceiling = expit(since) * expit(-since), n_standing * expit(theta[0])
        mean = curve(theta, ends, n_standing) + FLOOR
        slopes = np.stack(
            [(mean - FLOOR) * expit(-theta[0]), ceiling * np.diff(bend * since)]
            + [-ceiling * rate * np.diff(bend)]
        )
        value = (mean - n_falls * np.log(mean)).sum() + apart @ apart / 2
        return float(value), SPREAD * (slopes @ (1 - n_falls / mean)) + apart

    bounds = [(-4.0, 4.0)] * 3
    found = minimize(loss, np.zeros(3), jac=True, method="L-BFGS-B", bounds=bounds)
    if not found.success:
        raise RuntimeError(f"the logistic curve did not converge: {found.message}")
    return centre + SPREAD * found.x


def overdispersed(mean: np.ndarray, dispersion: float, rng: np.random.Generator) -> np.ndarray:
    """Counts with variance `dispersion` x mean: Poisson at 1, negative binomial above."""
    if dispersion > 1:
        mean = rng.gamma(mean / (dispersion - 1) + 1e-12, dispersion - 1)
    return rng.poisson(mean)


def _dispersion(n_falls: np.ndarray, mean: np.ndarray) -> float:
    """Pearson's estimate over days, with one day's worth of 1 for three parameters; at least 1.

    A day on which almost nothing was expected counts as 0.05 falls, so that one early fall does
    not decide it.
    """
    pearson = ((n_falls - mean) ** 2 / np.maximum(mean, 0.05)).sum()
    return max(1.0, float((pearson + 1) / max(len(n_falls) - 2, 1)))
