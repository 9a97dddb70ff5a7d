"""Prior distributions as values: each knows its quantile, its median and how to print itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Protocol

import numpy as np
from scipy import special

Numbers = np.ndarray | float


class Prior(Protocol):
    """A distribution on the line that is drawn by quantile."""

    def quantile(self, u: Numbers) -> np.ndarray:
        """Value below which the share `u` of the prior lies."""
        ...

    def share_below(self, x: Numbers) -> np.ndarray:
        """Share of the prior below `x`."""
        ...


@dataclass(frozen=True)
class Normal:
    """Normal with mean and standard deviation."""

    mean: float
    sd: float

    def quantile(self, u: Numbers) -> np.ndarray:
        """Inverse distribution function."""
        return self.mean + self.sd * special.ndtri(np.asarray(u, float))

    def share_below(self, x: Numbers) -> np.ndarray:
        """Distribution function."""
        return special.ndtr((np.asarray(x, float) - self.mean) / self.sd)


@dataclass(frozen=True)
class HalfNormal:
    """Absolute value of a centred normal."""

    sd: float

    def quantile(self, u: Numbers) -> np.ndarray:
        """Inverse distribution function."""
        return self.sd * special.ndtri(0.5 + 0.5 * np.asarray(u, float))

    def share_below(self, x: Numbers) -> np.ndarray:
        """Distribution function."""
        return np.clip(2 * special.ndtr(np.asarray(x, float) / self.sd) - 1, 0, 1)


@dataclass(frozen=True)
class LogNormal:
    """Normal on the log scale, named by its median."""

    median: float
    sd: float

    def quantile(self, u: Numbers) -> np.ndarray:
        """Inverse distribution function."""
        return self.median * np.exp(self.sd * special.ndtri(np.asarray(u, float)))

    def share_below(self, x: Numbers) -> np.ndarray:
        """Distribution function."""
        return special.ndtr(np.log(np.maximum(x, 1e-300) / self.median) / self.sd)


@dataclass(frozen=True)
class LogUniform:
    """Uniform on the log scale between two positive ends."""

    low: float
    high: float

    def quantile(self, u: Numbers) -> np.ndarray:
        """Inverse distribution function."""
        return self.low * (self.high / self.low) ** np.asarray(u, float)

    def share_below(self, x: Numbers) -> np.ndarray:
        """Distribution function."""
        x = np.maximum(x, 1e-300)
        return np.clip(np.log(x / self.low) / np.log(self.high / self.low), 0, 1)


@dataclass(frozen=True)
class Uniform:
    """Uniform between two ends."""

    low: float
    high: float

    def quantile(self, u: Numbers) -> np.ndarray:
        """Inverse distribution function."""
        return self.low + (self.high - self.low) * np.asarray(u, float)

    def share_below(self, x: Numbers) -> np.ndarray:
        """Distribution function."""
        return np.clip((np.asarray(x, float) - self.low) / (self.high - self.low), 0, 1)


@dataclass(frozen=True)
class Beta:
    """Beta on the unit interval."""

    a: float
    b: float

    def quantile(self, u: Numbers) -> np.ndarray:
        """Inverse distribution function."""
        return special.betaincinv(self.a, self.b, np.asarray(u, float))

    def share_below(self, x: Numbers) -> np.ndarray:
        """Distribution function."""
        return special.betainc(self.a, self.b, np.clip(x, 0, 1))


@dataclass(frozen=True)
class Fixed:
    """A number that is not in doubt."""

    value: float

    def quantile(self, u: Numbers) -> np.ndarray:
        """The value, whatever the share."""
        return np.full(np.shape(u), self.value)

    def share_below(self, x: Numbers) -> np.ndarray:
        """All of it from the value on."""
        return np.asarray(np.asarray(x, float) >= self.value, float)


PRIORS: dict[str, Callable[[float, float], Prior]] = {
    "normal": Normal,
    "halfnormal": lambda a, b: HalfNormal(a),
    "lognormal": LogNormal,
    "loguniform": LogUniform,
    "uniform": Uniform,
    "beta": Beta,
    "fixed": lambda a, b: Fixed(a),
}
"""Priors by the names that a table may use, from its columns `a` and `b`."""


def median(prior: Prior) -> float:
    """Middle of a prior.

    >>> median(LogNormal(3.0, 0.5))
    3.0
    """
    return float(prior.quantile(0.5))


def in_words(prior: Prior) -> str:
    """A prior as a person writes it.

    >>> in_words(LogNormal(3.0, 0.5))
    'LogNormal(median 3, sd 0.5)'
    """
    parts = ", ".join(f"{f.name} {getattr(prior, f.name):g}" for f in fields(prior))  # type: ignore[arg-type]
    return f"{type(prior).__name__}({parts})"
