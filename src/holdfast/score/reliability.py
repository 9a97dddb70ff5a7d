"""Whether what was called likely came as often as it was said to."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats


def reliability(p: np.ndarray, happened: np.ndarray, n_bins: int = 10) -> pd.DataFrame:
    """One row per filled bin of probability: what was said, what came, and 90% Jeffreys limits.

    `happened` is 1, 0 or NaN where not known (left out). Columns: `p_from`, `p_to` (excluded but
    in the last), `n`, `p_mean`, `share`, `low`, `high`. The limits take cases for independent,
    which districts are not: they are too narrow.
    """
    p, happened = np.ravel(p), np.ravel(happened).astype(float)
    p, happened = p[~np.isnan(happened)], happened[~np.isnan(happened)]
    edges = np.linspace(0, 1, n_bins + 1)
    place = np.clip(np.digitize(p, edges) - 1, 0, n_bins - 1)
    rows = []
    for b in np.unique(place):
        said, came = p[place == b], happened[place == b]
        yes, n = came.sum(), len(came)
        low, high = stats.beta.ppf([0.05, 0.95], yes + 0.5, n - yes + 0.5)
        rows.append([edges[b], edges[b + 1], n, said.mean(), came.mean(), low, high])
    return pd.DataFrame(rows, columns=["p_from", "p_to", "n", "p_mean", "share", "low", "high"])
