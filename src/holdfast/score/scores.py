"""Scores of forecasts that are draws: smaller is better unless said otherwise.

Definitions follow Gneiting and Raftery (2007), the binned ignorance score and the mean interval
score those of the VIEWS prediction challenge (Hegre et al. 2025), the variogram score Scheuerer
and Hamill (2015). Draws are on the last axis where not said otherwise.
"""

from __future__ import annotations

import numpy as np
import scoringrules as sr
from scipy.spatial.distance import pdist

VIEWS_BINS = (0, 0.5, 2.5, 5.5, 10.5, 25.5, 50.5, 100.5, 250.5, 500.5, 1000.5)  # the last is open


def smoothed(n_yes: np.ndarray, n_draws: int) -> np.ndarray:
    """Probability from k of M draws, (k + 0.5) / (M + 1): never 0 or 1."""
    return (np.asarray(n_yes) + 0.5) / (n_draws + 1)


def brier(p: np.ndarray, happened: np.ndarray) -> np.ndarray:
    """Squared error of a probability; `happened` is 0 or 1."""
    return np.asarray(sr.brier_score(happened, p, backend="numpy"))


def log_score(p: np.ndarray, happened: np.ndarray) -> np.ndarray:
    """Minus the natural logarithm of the probability given to what came; `happened` is 0 or 1."""
    return np.asarray(sr.log_score(happened, p, backend="numpy"))


def crps(draws: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    """Continuous ranked probability score [...] of draws [..., M] against outcomes [...]."""
    outcome, draws = np.asarray(outcome, float), np.asarray(draws, float)
    return np.asarray(sr.crps_ensemble(outcome, draws, estimator="qd", backend="numpy"))


def bin_shares(draws: np.ndarray, bins: tuple[float, ...] = VIEWS_BINS) -> np.ndarray:
    """Probability of each bin [..., B] of draws [..., M], one pseudo-draw added to each.

    Bin b reaches from bins[b] up to, not including, bins[b + 1]; the last has no end.
    """
    place = np.digitize(draws, bins) - 1
    n_in_bin = (place[..., None, :] == np.arange(len(bins))[:, None]).sum(-1)
    return (n_in_bin + 1) / (place.shape[-1] + len(bins))


def ignorance(
    draws: np.ndarray, outcome: np.ndarray, bins: tuple[float, ...] = VIEWS_BINS
) -> np.ndarray:
    """VIEWS ignorance score [...]: minus log2 of the probability of the bin that came.

    One pseudo-draw per bin keeps it finite, so it compares only at equal numbers of draws.
    """
    came = np.digitize(outcome, bins) - 1
    return -np.log2(np.take_along_axis(bin_shares(draws, bins), came[..., None], -1)[..., 0])


def ranked_probability(
    draws: np.ndarray, outcome: np.ndarray, bins: tuple[float, ...] = VIEWS_BINS
) -> np.ndarray:
    """Ranked probability score [...] of counts sorted into ordered bins, draws [..., M].

    Shares of bins are those of the draws alone: no pseudo-draw is needed here.
    """
    place = np.digitize(draws, bins) - 1
    shares = (place[..., None, :] == np.arange(len(bins))[:, None]).mean(-1)
    return np.asarray(sr.rps_score(np.digitize(outcome, bins), shares, backend="numpy"))


def interval_score(draws: np.ndarray, outcome: np.ndarray, level: float = 0.9) -> np.ndarray:
    """Score [...] of the central interval of draws [..., M]: its width plus 2/(1 - level) x miss.

    Its mean over cells is the MIS of VIEWS. Quantiles are interpolated, as theirs are.
    """
    miss = 1 - level
    low, high = np.quantile(draws, [miss / 2, 1 - miss / 2], axis=-1)
    return np.asarray(sr.interval_score(outcome, low, high, miss, backend="numpy"))


def energy_score(draws: np.ndarray, outcome: np.ndarray) -> float:
    """Energy score of joint draws [M, V] against one outcome [V].

    Equal to scoringrules' `es_ensemble`, whose array of M x M x V does not fit memory here.
    """
    draws = np.asarray(draws, float)
    error = np.linalg.norm(draws - outcome, axis=1).mean()
    return float(error - pdist(draws).sum() / len(draws) ** 2)


def variogram_score(draws: np.ndarray, outcome: np.ndarray) -> float:
    """Variogram score of joint 0/1 draws [M, V] against one 0/1 outcome [V], all weights one.

    The sum over ordered pairs of the squared difference between the probability that the two
    differ and whether they did. For 0 and 1 every order p gives this same number, and it equals
    scoringrules' `vs_ensemble`, whose array of M x V x V does not fit memory here. It sees how
    districts fall together and little else: read it beside the others.
    """
    x, y = np.asarray(draws, float), np.asarray(outcome, float)
    if not (np.isin(x, (0, 1)).all() and np.isin(y, (0, 1)).all()):
        raise ValueError("the variogram score is written for maps of 0 and 1")
    share = x.mean(0)
    differ = share[:, None] + share - 2 * x.T @ x / len(x)
    return float(((differ - np.abs(y[:, None] - y)) ** 2).sum())


def top_hits(p: np.ndarray, happened: np.ndarray) -> float:
    """Share of the k most probable that happened, k being how many did; bigger is better.

    Ties at the k-th place count by the share expected were they drawn at random. NaN if k is 0.
    """
    p, happened = np.asarray(p, float), np.asarray(happened).astype(bool)
    k = int(happened.sum())
    if k == 0:
        return float("nan")
    last = np.sort(p)[-k]
    surely, tied = p > last, p == last
    hits = happened[surely].sum() + (k - surely.sum()) * happened[tied].mean()
    return float(hits / k)


def pit(draws: np.ndarray, outcome: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Randomised probability integral transform [...]: uniform if the outcome is one of the draws.

    Outcomes of draws [..., M] are ranked among them, ties broken by the dice and the place
    within a rank too, so that it is exactly uniform for a right forecast of few draws or counts.
    """
    n_below = (draws < np.asarray(outcome)[..., None]).sum(-1)
    n_equal = (draws == np.asarray(outcome)[..., None]).sum(-1)
    within = rng.random(n_below.shape)
    return (n_below + within * (n_equal + 1)) / (draws.shape[-1] + 1)
