"""Inference from whole simulated wars: the draws whose wars look like the one recorded.

Approximate Bayesian computation. Draws are in standard deviations of the prior, so the prior of
each is standard normal; a summary is a row of numbers that a war and the record share.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.linalg import cho_factor, cho_solve, solve

PENALTIES = 10.0 ** np.arange(-1, 6)
"""Ridge penalties tried; the one that best foretells every fifth war is taken."""


class Sample(NamedTuple):
    """Weighted draws of a posterior."""

    z: np.ndarray  # [K, P]
    weights: np.ndarray  # [K], they add up to one
    rows: np.ndarray  # [K] the wars that they came from

    @property
    def mean(self) -> np.ndarray:
        """Mean of each parameter, [P]."""
        return self.weights @ self.z

    @property
    def covariance(self) -> np.ndarray:
        """Covariance of the parameters, [P, P]."""
        off = self.z - self.mean
        return (self.weights[:, None] * off).T @ off

    @property
    def sd(self) -> np.ndarray:
        """Standard deviation of each parameter, [P]."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def effective(self) -> float:
        """Number of equal draws that would tell as much: one over the sum of squared weights."""
        return float(1 / (self.weights**2).sum())

    def share_below(self, z: np.ndarray) -> np.ndarray:
        """Share of the posterior of each parameter below `z` [P], [P]."""
        return self.weights @ (self.z < z)


class Proposal(NamedTuple):
    """A normal distribution of draws, for a second round nearer to the record."""

    mean: np.ndarray  # [P]
    covariance: np.ndarray  # [P, P]

    @classmethod
    def around(cls, found: Sample, wider: float = 1.5) -> Proposal:
        """About a posterior, `wider` times its spread in every direction but never wider than the
        prior: where nothing was learned, weights stay near one."""
        size, axes = np.linalg.eigh(found.covariance)
        return cls(found.mean, (axes * np.minimum(wider**2 * size, 1.0)) @ axes.T)

    def draw(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """Draws, [n, P]."""
        return rng.multivariate_normal(self.mean, self.covariance, n, method="cholesky")

    def log_ratio(self, z: np.ndarray) -> np.ndarray:
        """Log of its density over the prior's at `z` [B, P], [B]."""
        off = z - self.mean
        factor = cho_factor(self.covariance)
        log_det = 2 * np.log(np.diag(factor[0])).sum()
        own = (off * cho_solve(factor, off.T).T).sum(-1) + log_det
        return 0.5 * ((z**2).sum(-1) - own)


def mixture_weights(z: np.ndarray, proposal: Proposal, second: float) -> np.ndarray:
    """Prior over the mixture that both rounds came from, at `z` [B, P]; [B].

    `second` is the share of wars that came from the proposal. No weight is above
    1 / (1 - second).
    """
    return 1 / ((1 - second) + second * np.exp(np.minimum(proposal.log_ratio(z), 600)))


class Summariser(NamedTuple):
    """What a war's summary makes one expect of its parameters, learned from simulated wars."""

    middle: np.ndarray  # [S]
    scale: np.ndarray  # [S]
    axes: np.ndarray  # [S, C] principal components, in units of their spread
    slopes: np.ndarray  # [1 + F, P]
    bends: int  # first components that enter squared and by pairs too
    foretold: np.ndarray  # [P] share of the variance foretold, in wars held out

    def scores(self, raw: np.ndarray) -> np.ndarray:
        """Principal components of summaries [..., S], of unit spread, [..., C]."""
        return self._standard(raw) @ self.axes

    def beyond(self, raw: np.ndarray) -> np.ndarray:
        """Root mean square of what the components leave of summaries [..., S], [...]."""
        x = self._standard(raw)
        left = x - (x @ self.axes) @ np.linalg.pinv(self.axes)
        return np.sqrt((left**2).mean(-1))

    def __call__(self, raw: np.ndarray) -> np.ndarray:
        """Expected parameters at summaries [..., S], [..., P]."""
        return _features(self.scores(raw), self.bends) @ self.slopes

    def _standard(self, raw: np.ndarray) -> np.ndarray:
        return (raw - self.middle) / self.scale


def learn(
    z: np.ndarray, raw: np.ndarray, weights: np.ndarray, components: int = 40, bends: int = 8
) -> Summariser:
    """Regress parameters [B, P] on summaries [B, S] by ridge: semi-automatic summaries.

    Posterior means are the summaries that lose least under squared error; these are fitted ones.
    Features are principal components, and squares and products of the first few.
    """
    w = weights / weights.sum()
    middle = w @ raw
    scale = np.sqrt(w @ (raw - middle) ** 2)
    scale = np.where(scale > 1e-9, scale, 1.0)
    x = (raw - middle) / scale
    size, axes = np.linalg.eigh((w[:, None] * x).T @ x)
    kept = np.argsort(size)[::-1][: min(components, int((size > 1e-9).sum()))]
    axes = axes[:, kept] / np.sqrt(size[kept])
    features = _features(x @ axes, bends)
    out = np.arange(len(z)) % 5 == 0
    errors, total = [], weights[out] @ (z[out] - weights[out] @ z[out] / weights[out].sum()) ** 2
    for penalty in PENALTIES:
        slopes = _ridge(features[~out], z[~out], weights[~out], penalty)
        errors.append(weights[out] @ (z[out] - features[out] @ slopes) ** 2)
    best = int(np.argmin(np.sum(errors, 1)))
    slopes = _ridge(features, z, weights, PENALTIES[best])
    return Summariser(middle, scale, axes, slopes, bends, 1 - errors[best] / total)


def _features(scores: np.ndarray, bends: int) -> np.ndarray:
    """One, the scores, and products of the first `bends` of them, drawn in beyond four spreads."""
    few = np.clip(scores[..., :bends], -4, 4)
    i, j = np.triu_indices(few.shape[-1])
    one = np.ones((*scores.shape[:-1], 1))
    return np.concatenate([one, scores, few[..., i] * few[..., j]], -1)


def _ridge(x: np.ndarray, y: np.ndarray, weights: np.ndarray, penalty: float) -> np.ndarray:
    """Slopes [F, P] of a weighted ridge regression; the first column of `x` goes free."""
    square = (weights[:, None] * x).T @ x
    square[np.arange(1, len(square)), np.arange(1, len(square))] += penalty
    square[0, 0] += 1e-9
    return solve(square, (weights[:, None] * x).T @ y, assume_a="pos")


def condition(
    z: np.ndarray,
    fitted: np.ndarray,
    weights: np.ndarray,
    record: np.ndarray,
    keep: int,
    penalty: float = 20.0,
) -> Sample:
    """The posterior at a record [P] from wars with parameters `z` [B, P], summaries `fitted`
    [B, P] and weights [B]: Epanechnikov kernel, local-linear adjustment.

    A war whose summary is a distance d away counts 1 - (d / h)^2 times its weight, where h leaves
    `keep` wars inside; d is Euclidean, so a parameter that summaries do not tell takes no part.
    What remains of the distance is taken out by a weighted local-linear regression. Summaries
    being fitted parameters, slopes are drawn to one for the parameter's own summary and nought
    for others by a ridge penalty.
    """
    off = fitted - record
    far = np.sqrt((off**2).sum(-1))
    rows = np.argsort(far, kind="stable")[: keep + 1]
    near = rows[:-1]
    width = max(far[rows[-1]], 1e-12)
    w = (1 - (far[near] / width) ** 2).clip(0) * weights[near]
    w = w / w.sum()
    x = np.concatenate([np.ones((len(near), 1)), off[near]], -1)
    slopes = _ridge(x, z[near] - fitted[near], w / (w**2).sum(), penalty)[1:]
    return Sample(z[near] - off[near] - off[near] @ slopes, w, near)


class Calibration(NamedTuple):
    """How posteriors of simulated records stand to the parameters that made them."""

    shares: np.ndarray  # [N, P] share of each posterior below the truth
    contraction: np.ndarray  # [P] mean of one minus posterior over prior variance
    error: np.ndarray  # [P] mean square of the posterior mean's error

    def covered(self, level: float) -> np.ndarray:
        """Share of central intervals of this level that hold the truth, [P]."""
        return (np.abs(self.shares - 0.5) < level / 2).mean(0)


def calibrate(
    z: np.ndarray, fitted: np.ndarray, weights: np.ndarray, picked: np.ndarray, keep: int
) -> Calibration:
    """Take each `picked` war [N] for the record, the others for the simulations."""
    shares, spread, error = [], [], []
    for row in picked:
        others = np.delete(np.arange(len(z)), row)
        found = condition(z[others], fitted[others], weights[others], fitted[row], keep)
        shares.append(found.share_below(z[row]))
        spread.append(found.sd**2)
        error.append((found.mean - z[row]) ** 2)
    return Calibration(np.asarray(shares), 1 - np.mean(spread, 0), np.mean(error, 0))


class Oddness(NamedTuple):
    """A record beside simulated ones: its distance by three measures, and how rare each is.

    `middle`: from the middle of the simulated wars; `nearest`: to the ten wars nearest to it;
    `beyond`: what the components of simulated wars cannot describe at all. `as_far` is the share
    of simulated records that are as far: under one in a hundred says that the model does not make
    such wars, and then no posterior of it is to be trusted.
    """

    middle: float
    nearest: float
    beyond: float
    as_far: tuple[float, float, float]


def oddness(
    by: Summariser, raw: np.ndarray, record: np.ndarray, picked: np.ndarray, nearest: int = 10
) -> Oddness:
    """Distances of a record [S] and of the `picked` [N] wars, all among the others of `raw`."""
    scores = by.scores(raw)

    def three(row: np.ndarray, own: int | None) -> tuple[float, float, float]:
        at = by.scores(row)
        far = np.sqrt(((scores - at) ** 2).mean(-1))
        far = far if own is None else np.delete(far, own)
        close = np.partition(far, nearest)[:nearest].mean()
        return float(np.sqrt((at**2).mean())), float(close), float(by.beyond(row))

    told = three(record, None)
    others = np.asarray([three(raw[i], int(i)) for i in picked])
    share = (1 + (others >= np.asarray(told)).sum(0)) / (1 + len(picked))
    a, b, c = (float(x) for x in share)
    return Oddness(*told, (a, b, c))
