"""Forecasts in the columns of the hubverse, so that its tools can read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd

from holdfast.score.scores import smoothed
from holdfast.score.types import Forecast, Known

LEVELS = (0.01, 0.025, *np.round(np.arange(0.05, 1.0, 0.05), 2), 0.975, 0.99)
COLUMNS = ("model_id", "origin_date", "target", "target_end_date", "horizon", "location",
           "output_type", "output_type_id", "value")  # fmt: skip


def hubverse(
    forecast: Forecast,
    known: Known,
    start: date,
    district_ids: Sequence[str],
    days: Sequence[float],
) -> pd.DataFrame:
    """Model output of one forecast: quantiles of how many have fallen, and each district's chance.

    `days` are days since `start` by whose end a district counts; `horizon` is in days after the
    origin. The nation is location `nation`. Chances are of output type `pmf` of the two outcomes
    `fallen` and `standing`; a known fall keeps a chance a little below one, as draws cannot show
    more.
    """
    rows: list[tuple[object, ...]] = []
    origin = start + timedelta(days=int(known.origin) - 1)
    for day in days:
        end = start + timedelta(days=int(day) - 1)
        head = (forecast.name, origin, end, int(day - known.origin))
        fallen = forecast.fallen(day)
        counts = {
            "districts fallen": fallen.sum(1),
            "capitals fallen": fallen[:, known.capital].sum(1),
        }
        for target, n in counts.items():
            values = np.quantile(n, LEVELS, method="inverted_cdf")
            rows += [(*head, target, "nation", "quantile", level, value)
                     for level, value in zip(LEVELS, values, strict=True)]  # fmt: skip
        share = smoothed(fallen.sum(0), len(fallen))
        for place, p in zip(district_ids, share, strict=True):
            rows.append((*head, "district fallen", place, "pmf", "fallen", p))
            rows.append((*head, "district fallen", place, "pmf", "standing", 1 - p))
    names = ["model_id", "origin_date", "target_end_date", "horizon", "target", "location",
             "output_type", "output_type_id", "value"]  # fmt: skip
    return pd.DataFrame(rows, columns=names).reindex(columns=list(COLUMNS))
