"""Forecasts beside each other: every score on the districts at risk, differences with intervals.

A district's status on a day is scored only where the record is certain of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from holdfast.score import scores
from holdfast.score.types import Forecast, Known, Outcome

WEEK = 7.0


def score_forecasts(
    forecasts: Sequence[Forecast], known: Known, outcome: Outcome, days: Sequence[float]
) -> pd.DataFrame:
    """One row for each forecast; smaller is better but for `top_hits`.

    `days` are those looked at. Columns: `brier` and `log_score` of districts at risk by day;
    `log_score_undated`, the same with falls whose day is not known weighed over their interval;
    `crps` of how many of them fell and `crps_capitals`, mean over days; `ranked`, `interval` (90%)
    and `ignorance` (VIEWS) and `crps_cells` of falls by province and week; `energy` and `variogram`
    of the map on the last day; `top_hits` on the day on which most is certain.
    """
    return pd.DataFrame([_one(f, known, outcome, days) for f in forecasts])


def _one(forecast: Forecast, known: Known, outcome: Outcome, days: Sequence[float]) -> dict:
    p, came = _statuses(forecast, known, outcome, days)
    sure, weighed = ~np.isnan(came), _weighed(known, outcome, days)
    cells, truth = _cells(forecast.falls, known), _cells(outcome.best[None], known)[..., 0]
    total = [_count(forecast, known, outcome, day, known.at_risk) for day in days]
    seats = [_count(forecast, known, outcome, day, known.at_risk & known.capital) for day in days]
    last = outcome.fallen(days[-1])
    here = known.at_risk & ~np.isnan(last)
    map_draws, map_came = forecast.fallen(days[-1])[:, here].astype(float), last[here]
    row = int(np.argmax((sure & (came > 0)).sum(1) * (sure & (came == 0)).sum(1)))
    return {
        "forecast": forecast.name,
        "brier": scores.brier(p[sure], came[sure]).mean(),
        "log_score": scores.log_score(p[sure], came[sure]).mean(),
        "log_score_undated": expected_log_score(p, weighed)[~np.isnan(weighed)].mean(),
        "crps": float(np.mean(total)),
        "crps_capitals": float(np.mean(seats)),
        "crps_cells": scores.crps(cells, truth).mean(),
        "ranked": scores.ranked_probability(cells, truth).mean(),
        "interval": scores.interval_score(cells, truth).mean(),
        "ignorance": scores.ignorance(cells, truth).mean(),
        "energy": scores.energy_score(map_draws[:500], map_came),
        "variogram": scores.variogram_score(map_draws, map_came),
        "top_hits": scores.top_hits(p[row][sure[row]], came[row][sure[row]]),
    }


def _statuses(
    forecast: Forecast, known: Known, outcome: Outcome, days: Sequence[float]
) -> tuple[np.ndarray, np.ndarray]:
    """Probability of having fallen and what came, [days, at risk]; NaN where it is not certain."""
    p = [scores.smoothed(forecast.fallen(d).sum(0), len(forecast.falls)) for d in days]
    came = [outcome.fallen(d) for d in days]
    return np.array(p)[:, known.at_risk], np.array(came)[:, known.at_risk]


def _weighed(known: Known, outcome: Outcome, days: Sequence[float]) -> np.ndarray:
    """What came, with undated falls as chances, [days, at risk]; NaN where there is no interval."""
    return np.array([outcome.chance_fallen(day) for day in days])[:, known.at_risk]


def expected_log_score(p: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """Log score of `p` expected of something that happened with a `chance`; NaN stays NaN."""
    one = np.ones_like(p)
    return chance * scores.log_score(p, one) + (1 - chance) * scores.log_score(p, 0 * one)


def _provinces(known: Known) -> np.ndarray:
    """Provinces with a district at risk."""
    return np.unique(known.province[known.at_risk])


def _count(
    forecast: Forecast, known: Known, outcome: Outcome, day: float, which: np.ndarray
) -> float:
    """CRPS of how many of `which` have fallen by a day; uncertain ones count by the middle of
    their interval."""
    came = float((outcome.best[which] <= day).sum())
    draws = forecast.fallen(day)[:, which].sum(1).astype(float)
    return float(scores.crps(draws[None], np.array([came]))[0])


def _cells(falls: np.ndarray, known: Known) -> np.ndarray:
    """Falls of districts at risk by province and week after the origin, [cells, M].

    Provinces with nothing at risk have no cells. A fall that was not yet known at the origin
    counts in the first week.
    """
    weeks = int(np.ceil(known.horizon / WEEK))
    week = np.maximum(np.ceil((falls - known.origin) / WEEK) - 1, 0)
    found = []
    for province in _provinces(known):
        mine = week[:, known.at_risk & (known.province == province)]
        found += [(mine == w).sum(1) for w in range(weeks)]
    return np.array(found, float)


def differences(
    forecasts: Sequence[Forecast],
    known: Known,
    outcome: Outcome,
    days: Sequence[float],
    against: str,
    rng: np.random.Generator,
    resamples: int = 1000,
) -> pd.DataFrame:
    """How much better `against` is than each other forecast, in percent of the other's score.

    Positive means that `against` is better. Columns: forecast, score, better, low90, high90, low95,
    high95, by resampling provinces with all their days: one province's districts fall together.
    """
    parts = {f.name: _by_province(f, known, outcome, days) for f in forecasts}
    n = len(_provinces(known))
    picked = rng.integers(0, n, (resamples, n))
    rows = []
    for name, other in parts.items():
        if name == against:
            continue
        for score in other:
            mine, theirs = parts[against][score], other[score]
            better = _percent(mine.sum(0), theirs.sum(0))
            drawn = _percent(mine[picked].sum(1), theirs[picked].sum(1))
            low, high = np.quantile(drawn, [0.05, 0.95]), np.quantile(drawn, [0.025, 0.975])
            rows.append((name, score, float(better), *low, *high))
    columns = ["forecast", "score", "better", "low90", "high90", "low95", "high95"]
    return pd.DataFrame(rows, columns=columns)


def _percent(mine: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """Percent by which the mean score of `mine` is below that of `theirs`; [..., (sum, number)]."""
    n = np.maximum(mine[..., 1], 1)
    a, b = mine[..., 0] / n, np.maximum(theirs[..., 0] / n, 1e-12)
    return 100 * (b - a) / b


def _by_province(
    forecast: Forecast, known: Known, outcome: Outcome, days: Sequence[float]
) -> Mapping[str, np.ndarray]:
    """Sum and number of each score by province, [provinces, 2]."""
    p, came = _statuses(forecast, known, outcome, days)
    sure = ~np.isnan(came)
    known_came = np.where(sure, came, 0)
    weighed = _weighed(known, outcome, days)
    of_pairs = {
        "brier": np.where(sure, scores.brier(p, known_came), 0).sum(0),
        "log_score": np.where(sure, scores.log_score(p, known_came), 0).sum(0),
    }
    of_pairs["log_score_undated"] = np.nansum(expected_log_score(p, weighed), 0)
    n_sure = dict.fromkeys(of_pairs, sure) | {"log_score_undated": ~np.isnan(weighed)}
    provinces = _provinces(known)
    row = np.searchsorted(provinces, known.province[known.at_risk])
    sums = lambda values: np.bincount(row, values, len(provinces))  # noqa: E731
    found = {
        name: np.stack([sums(values), sums(n_sure[name].sum(0))], -1)
        for name, values in of_pairs.items()
    }
    cells, truth = _cells(forecast.falls, known), _cells(outcome.best[None], known)[..., 0]
    by_cell = scores.crps(cells, truth).reshape(len(provinces), -1)
    found["crps_cells"] = np.stack([by_cell.sum(1), np.full(len(provinces), by_cell.shape[1])], -1)
    return found
