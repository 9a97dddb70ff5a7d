"""Shares: how an outcome divides among groups of explanations, by Shapley's rule.

The rule gives each group the mean of what it adds, over all orders in which the groups could be
switched on (Shapley 1953). It is the only one by which shares add up to the whole, groups that
do the same get the same, a group that does nothing gets nothing, and shares of a sum are sums of
shares. It divides the model's outcome, not the world's.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import comb

import numpy as np
import xarray as xr

from holdfast.explain.groups import Group
from holdfast.explain.matched import MatchedWorlds, Outcome

ROUNDING = 1e-9
"""Relative error of sums that is rounding: double precision over thousands of terms."""

_QUANTILES = {
    "low90": (0.05, "lower"),
    "low50": (0.25, "lower"),
    "middle": (0.5, "linear"),
    "high50": (0.75, "higher"),
    "high90": (0.95, "higher"),
}

_SHARE = ("member", "group", "output")


def shapley(
    outcome: Outcome,
    groups: Sequence[Group],
    *,
    exact_up_to: int = 7,
    permutations: int = 64,
    rng: np.random.Generator | None = None,
    outputs: Sequence[str] | None = None,
) -> xr.Dataset:
    """Shapley shares of groups in the difference that all of them make, for every member.

    Up to `exact_up_to` groups all 2^G sets are fought and shares are exact. Beyond, shares are
    means over `permutations` orders (even, 4 or more), each followed by its reverse; needs `rng`.
    `outputs` names the columns of the outcome. The result, in units of the outcome:

    - `share` [member, group, output]; `alone`: with only it, less none; `left_out`: all, less
      all but it; `whole` [member, output]: all less none, the sum of the shares.
    - `mean`, `middle` and the ends of the 50% and 90% intervals of `share` over members. They
      hold dice and parameters alike; they are not the error of the mean.
    - `standard_error` of `mean`, from the number of members and, where sampled, of orders; the
      part from orders is `permutation_error`. NaN with one member.
    - `interaction` [member, group, other, output]: see `_interaction`; NaN with itself.
    """
    n, worlds = len(groups), MatchedWorlds(outcome, groups)
    whole = worlds.everything_but() - worlds()
    is_exact = n <= exact_up_to
    if is_exact:
        share, by_orders = _exact(worlds, n), np.zeros((n, whole.shape[1]))
    else:
        share, by_orders = _sampled(worlds, n, permutations, rng)
    interaction = _interaction(worlds, n, range(n - 1) if is_exact else (0, n - 2))
    check_efficiency(share, whole, worlds.largest)
    alone = np.stack([worlds(g) - worlds() for g in range(n)], 1)
    left_out = np.stack([worlds.everything_but() - worlds.everything_but(g) for g in range(n)], 1)
    variables = {
        "share": (_SHARE, share),
        "alone": (_SHARE, alone),
        "left_out": (_SHARE, left_out),
        "whole": (("member", "output"), whole),
        "interaction": (("member", "group", "other", "output"), interaction),
        "permutation_error": (("group", "output"), by_orders),
        "standard_error": (("group", "output"), np.hypot(_error_of_mean(share), by_orders)),
    }
    method = {"method": "exact" if is_exact else "permutations", "n_fought": worlds.n_fought}
    result = xr.Dataset(variables, _coords(groups, outputs, *whole.shape), method)
    return result.merge(bands(result["share"]))


def bands(values: xr.DataArray) -> xr.Dataset:
    """Mean, median and ends of the 50% and 90% intervals over members.

    Quantiles fall on members and outwards, so that an interval holds at least its share of them.
    """
    ends = {
        name: values.reduce(np.quantile, "member", q=q, method=method)
        for name, (q, method) in _QUANTILES.items()
    }
    return xr.Dataset({"mean": values.mean("member", skipna=False)} | ends)


def check_efficiency(share: np.ndarray, whole: np.ndarray, scale: float) -> None:
    """Refuse shares [member, group, output] that do not add up to the whole [member, output].

    `scale` is the size of the numbers that went in; a gap beyond their rounding is a fault.
    """
    gap = float(np.abs(share.sum(1) - whole).max())
    if not gap <= ROUNDING * scale:
        raise ArithmeticError(f"shares miss the whole by {gap:g} on a scale of {scale:g}")


def _exact(worlds: MatchedWorlds, n: int) -> np.ndarray:
    """Shares over all sets: sum of s! (n-s-1)! / n! times what the group adds to each."""
    share = []
    for g in range(n):
        others = [row for row in range(n) if row != g]
        sets = [rows for size in range(n) for rows in combinations(others, size)]
        adds = [(worlds(*s, g) - worlds(*s)) / (n * comb(n - 1, len(s))) for s in sets]
        share.append(np.sum(adds, axis=0))
    return np.stack(share, 1)


def _sampled(
    worlds: MatchedWorlds, n: int, permutations: int, rng: np.random.Generator | None
) -> tuple[np.ndarray, np.ndarray]:
    """Shares over random orders and their reverses, and the error that comes of so few orders.

    An order and its reverse are one independent draw (Castro and others 2009; Mitchell and
    others 2022), so the error is that of the mean over pairs.
    """
    if rng is None:
        raise ValueError(f"{n} groups are too many to try all sets; give rng or raise exact_up_to")
    if permutations < 4 or permutations % 2:
        raise ValueError(f"permutations {permutations}: an even number, 4 or more, is needed")
    total, pairs = 0.0, []
    for _ in range(permutations // 2):
        order = rng.permutation(n).tolist()
        pair = (_adds(worlds, order) + _adds(worlds, order[::-1])) / 2
        total = total + pair
        pairs.append(pair.mean(0))
    share = np.asarray(total) / len(pairs)
    return share, _error_of_mean(np.stack(pairs))


def _adds(worlds: MatchedWorlds, order: Sequence[int]) -> np.ndarray:
    """What each group adds when groups are switched on in this order, [member, group, output]."""
    states = [worlds(*order[:k]) for k in range(len(order) + 1)]
    adds = np.diff(np.stack(states, 1), axis=1)
    return adds[:, np.argsort(order)]


def _interaction(worlds: MatchedWorlds, n: int, sizes: Sequence[int]) -> np.ndarray:
    """What two groups do together beyond what each does without the other.

    The Shapley interaction index (Grabisch and Roubens 1999): the second difference
    v(S+i+j) - v(S+i) - v(S+j) + v(S), averaged over all S of a size, then over sizes 0 to n-2.
    Above 0 they help each other, below 0 each does the other's work. With many groups `sizes`
    holds the two ends only, S empty and S all others, which is exact for up to three groups.
    """
    found = np.full((len(worlds()), n, n, worlds().shape[1]), np.nan)
    for i, j in combinations(range(n), 2):
        others = [row for row in range(n) if row not in (i, j)]
        by_size = [
            np.mean([_second_difference(worlds, s, i, j) for s in combinations(others, k)], axis=0)
            for k in sizes
        ]
        found[:, i, j] = found[:, j, i] = np.mean(by_size, axis=0)
    return found


def _second_difference(worlds: MatchedWorlds, s: tuple[int, ...], i: int, j: int) -> np.ndarray:
    return worlds(*s, i, j) - worlds(*s, i) - worlds(*s, j) + worlds(*s)


def _error_of_mean(values: np.ndarray) -> np.ndarray:
    """Standard error of the mean over the first axis; NaN for a single row."""
    if len(values) < 2:
        return np.full(values.shape[1:], np.nan)
    return values.std(0, ddof=1) / np.sqrt(len(values))


def _coords(
    groups: Sequence[Group], outputs: Sequence[str] | None, members: int, n_outputs: int
) -> dict[str, object]:
    names = [group.name for group in groups]
    if outputs is not None and len(outputs) != n_outputs:
        raise ValueError(f"outputs: {len(outputs)} names for {n_outputs} columns")
    columns = np.arange(n_outputs) if outputs is None else list(outputs)
    return {"member": np.arange(members), "group": names, "other": names, "output": columns}
