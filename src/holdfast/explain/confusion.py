"""Confusion: to which explanation the pipeline gives the credit that is due to another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr
from scipy.optimize import nnls

FEWEST_WARS = 2
"""Synthetic wars in which an explanation must be at work: one says nothing of the spread."""


def confusion(
    truths: np.ndarray,
    estimates: np.ndarray,
    names: Sequence[str],
    *,
    rng: np.random.Generator,
    resamples: int = 1000,
) -> xr.Dataset:
    """Credit given to each explanation per unit of truth of each, over W synthetic wars.

    `truths` [war, explanation] are the shares by which each war was made, 0 or more;
    `estimates`, of the same shape, are the shares that the very pipeline in use gave it. Both are
    divided by their sum over explanations, estimates below 0 first set to 0; a war in which
    nothing is left of the estimates gives credit to none. With T and E the two tables, the credit
    C minimises |T C - E|^2 under C >= 0, and each of its rows is then divided by its sum. If every
    war has one true explanation, row i is the mean of the estimates over the wars of i.

    `credit` [truth, credited] comes with the ends of its 50% and 90% intervals over wars, by
    the Bayesian bootstrap (Rubin 1981): wars are weighted by Dirichlet(1, ..., 1) instead of
    drawn, so that no resample is left without a war of some explanation. Resamples that credit
    nothing at all to a truth are left out of its intervals; `n_resamples` is how many remain.

    Limits. Credit is taken to be proportional to truth: an explanation that is missed when weak
    and found when strong is averaged. Dividing rows hides how much credit an explanation gets
    in all. Credit cannot be below 0, so noise alone puts a little of it off the diagonal. It
    holds for these wars, this pipeline and this amount of data, and if the right explanation is
    missing from `names` it says nothing.
    """
    true, given = _checked(truths, estimates, names)
    credit = _credit(true, given, np.ones(len(true)))
    if np.isnan(credit).any():
        without = [n for n, row in zip(names, credit, strict=True) if np.isnan(row).any()]
        raise ValueError(f"estimates: nothing is credited where the truth is {', '.join(without)}")
    weights = rng.dirichlet(np.ones(len(true)), resamples)
    draws = np.stack([_credit(true, given, w) for w in weights])
    low90, low50, high50, high90 = np.nanquantile(draws, [0.05, 0.25, 0.75, 0.95], axis=0)
    ends = {"low90": low90, "low50": low50, "high50": high50, "high90": high90}
    dims = ("truth", "credited")
    variables = {name: (dims, table) for name, table in {"credit": credit, **ends}.items()}
    counts = {
        "n_wars": ("truth", (true > 0).sum(0)),
        "n_resamples": ("truth", np.isfinite(draws[:, :, 0]).sum(0)),
    }
    coords = {"truth": list(names), "credited": list(names)}
    return xr.Dataset(variables | counts, coords)


def confusion_table(found: xr.Dataset) -> pd.DataFrame:
    """The credits as a table: a row for each truth, a column for each that was credited."""
    names = found["truth"].to_numpy(), found["credited"].to_numpy()
    return pd.DataFrame(found["credit"].to_numpy(), *names)


def _credit(true: np.ndarray, given: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted non-negative least squares, column by column; rows divided by their sum.

    The wars enter through a QR factor of [explanation, explanation], which leaves the minimum
    where it is and makes a resample cheap. A row that gets no credit at all is NaN.
    """
    root = np.sqrt(weights)[:, None]
    q, r = np.linalg.qr(root * true)
    credit = np.stack([nnls(r, column)[0] for column in (q.T @ (root * given)).T], 1)
    total = credit.sum(1, keepdims=True)
    return np.divide(credit, total, out=np.full_like(credit, np.nan), where=total > 0)


def _checked(
    truths: np.ndarray, estimates: np.ndarray, names: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Both tables with rows that sum to 1, or the reason why no credit can be worked out."""
    true, given = np.asarray(truths, float), np.asarray(estimates, float)
    if true.ndim != 2 or true.shape != given.shape or true.shape[1] != len(names):
        shapes = f"truths {true.shape}, estimates {given.shape}, {len(names)} names"
        raise ValueError(f"{shapes}: [war, explanation] of one shape is needed")
    if len(set(names)) < len(names):
        raise ValueError("names: each explanation must be there once")
    if not (np.isfinite(true).all() and np.isfinite(given).all()):
        raise ValueError("truths and estimates must be finite")
    if (true < 0).any() or (true.sum(1) == 0).any():
        raise ValueError("truths: each war needs shares of 0 or more, not all 0")
    rare = [name for name, n in zip(names, (true > 0).sum(0), strict=True) if n < FEWEST_WARS]
    if rare:
        raise ValueError(f"truths: {', '.join(rare)} is at work in fewer than {FEWEST_WARS} wars")
    true = true / true.sum(1, keepdims=True)
    if np.linalg.matrix_rank(true) < len(names):
        raise ValueError("truths: some explanations always come in the same mixture; vary them")
    given = np.clip(given, 0, None)
    total = given.sum(1, keepdims=True)
    return true, np.divide(given, total, out=np.zeros_like(given), where=total > 0)
