"""Matched worlds: the same wars fought again without an explanation, or with it alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import xarray as xr
from scipy.stats import beta

from holdfast.explain.groups import Group, check_groups

Outcome = Callable[[frozenset[str]], np.ndarray]
"""Outcomes [member, output] of wars fought with exactly these mechanisms switched on.

Member i has the same dice and the same parameters in every call, so that members compare one by
one [sellke-1983]. To share wars between several questions hand over `functools.cache(outcome)`."""


class MatchedWorlds:
    """The same wars under any set of groups, each set fought once and remembered."""

    def __init__(self, outcome: Outcome, groups: Sequence[Group]) -> None:
        """Bind the outcome of a set of mechanisms to groups, which are referred to by row."""
        check_groups(groups)
        self._outcome, self._groups = outcome, tuple(groups)
        self._fought: dict[frozenset[int], np.ndarray] = {}

    @property
    def n_fought(self) -> int:
        """Sets of groups fought so far."""
        return len(self._fought)

    @property
    def largest(self) -> float:
        """Largest size of any outcome so far, the scale of rounding errors."""
        return max(float(np.abs(value).max(initial=0)) for value in self._fought.values())

    def __call__(self, *rows: int) -> np.ndarray:
        """Outcomes [member, output] with exactly the groups of these rows switched on."""
        key = frozenset(rows)
        if key not in self._fought:
            self._fought[key] = self._fight(key)
        return self._fought[key]

    def everything_but(self, *rows: int) -> np.ndarray:
        """Outcomes [member, output] with all groups but those of these rows."""
        return self(*(row for row in range(len(self._groups)) if row not in rows))

    def _fight(self, key: frozenset[int]) -> np.ndarray:
        names = frozenset(name for row in key for name in self._groups[row].mechanisms)
        found = np.asarray(self._outcome(names), float)
        shape = next(iter(self._fought.values())).shape if self._fought else found.shape
        told = ", ".join(sorted(names)) or "no mechanism"
        if found.ndim != 2 or 0 in found.shape or found.shape != shape:
            wanted = shape if self._fought else "[member, output]"
            raise ValueError(f"outcome with {told}: shape {found.shape}, {wanted} is needed")
        if not np.isfinite(found).all():
            raise ValueError(f"outcome with {told}: not finite; give a number for every war")
        return found


def necessity_and_sufficiency(
    outcome: Outcome,
    groups: Sequence[Group],
    happened: Callable[[np.ndarray], np.ndarray],
    level: float = 0.9,
) -> xr.Dataset:
    """How often an event needs each group, and how often the group alone brings it about.

    `happened` says of outcomes [member, output] in which members the event took place.
    Necessity: of the members in which it happened with all groups, the share in which it does
    not without this one. Sufficiency: of those in which it does not happen with none, the share
    in which it does with this group alone. Each with the counts behind it and the Jeffreys
    interval of `level`; where there is no such member the share is NaN and the interval 0 to 1.
    Both are contrasts inside the model. The interval takes members to be independent: it is too
    narrow if several share one parameter draw.
    """
    worlds = MatchedWorlds(outcome, groups)
    rows = range(len(groups))
    with_all, with_none = (_told(happened, w) for w in (worlds.everything_but(), worlds()))
    without = np.stack([_told(happened, worlds.everything_but(row)) for row in rows])
    alone = np.stack([_told(happened, worlds(row)) for row in rows])
    counts = {
        "necessity": ((with_all & ~without).sum(1), int(with_all.sum())),
        "sufficiency": ((alone & ~with_none).sum(1), int((~with_none).sum())),
    }
    found: dict[str, tuple] = {}
    for name, (k, n) in counts.items():
        low, high = jeffreys(k, n, level)
        share = k / n if n else np.full(len(k), np.nan)
        found |= {name: ("group", share), f"{name}_low": ("group", low)}
        found |= {f"{name}_high": ("group", high), f"{name}_count": ("group", k)}
        found |= {f"{name}_of": ((), n)}
    return xr.Dataset(found, {"group": [group.name for group in groups]}, {"level": level})


def jeffreys(count: np.ndarray, of: int, level: float = 0.9) -> tuple[np.ndarray, np.ndarray]:
    """Jeffreys interval of a share: quantiles of Beta(count + 1/2, of - count + 1/2).

    The lower end is 0 at a count of 0 and the upper 1 at a full count, without which the coverage
    breaks down at both edges (Brown, Cai and DasGupta 2001).

    >>> low, high = jeffreys(np.array([0, 5, 10]), 10)
    >>> low.round(2).tolist(), high.round(2).tolist()
    ([0.0, 0.26, 0.83], [0.17, 0.74, 1.0])
    """
    count, tail = np.asarray(count), (1 - level) / 2
    law = beta(count + 0.5, of - count + 0.5)
    return np.where(count == 0, 0.0, law.ppf(tail)), np.where(count == of, 1.0, law.ppf(1 - tail))


def _told(happened: Callable[[np.ndarray], np.ndarray], outcomes: np.ndarray) -> np.ndarray:
    told = np.asarray(happened(outcomes))
    if told.dtype != bool or told.shape != outcomes.shape[:1]:
        raise ValueError(
            f"happened: {told.dtype} {told.shape} is not a bool for each of {len(outcomes)} members"
        )
    return told
