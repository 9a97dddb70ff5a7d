"""The numbers that reports state: bands, doors, manners, falls and collapse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from holdfast.vocabulary.words import COLLAPSE_SHARE, Fate, Manner

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
METHODS = ("lower", "lower", "linear", "higher", "higher")
"""How quantiles fall between wars: outwards, so that a band holds at least its share of them."""

SOME = 500
"""Wars whose districts are looked at day by day together."""

LEFT_BY = (Fate.SURRENDERED, Fate.DESERTED, Fate.ABROAD)
"""The fates behind the doors, in the order of the doors."""


class Band(NamedTuple):
    """Median of the wars, with the bands that hold at least half and nine tenths of them."""

    low90: float
    low50: float
    middle: float
    high50: float
    high90: float


def band(values: np.ndarray) -> Band:
    """Band of one number over members; NaN are left out."""
    known = values[~np.isnan(values)]
    return Band(*bands(known)) if len(known) else Band(*[np.nan] * 5)


def bands(values: np.ndarray) -> np.ndarray:
    """Quantiles over members of [member, ...], as [level, ...]."""
    levels = zip(LEVELS, METHODS, strict=True)
    return np.stack([np.quantile(values, p, axis=0, method=m) for p, m in levels])


def shares(counts: np.ndarray) -> np.ndarray:
    """Rows of counts as shares of their sum; NaN where there is nothing to share."""
    total = counts.sum(-1, keepdims=True).astype(float)
    return np.divide(counts, total, out=np.full(counts.shape, np.nan), where=total > 0)


def some_at_a_time(observables: xr.Dataset) -> Iterator[xr.Dataset]:
    """The wars, a few hundred after another: who has read one lot need not hold it."""
    for first in range(0, observables.sizes["member"], SOME):
        yield observables.isel(member=slice(first, first + SOME))


def door_shares(observables: xr.Dataset) -> dict[Fate, Band]:
    """Of those who left the army, the share that took each door."""
    last = observables["fates"].isel(day=-1).sel(fate=[str(fate) for fate in LEFT_BY])
    split = shares(last.to_numpy())
    return {fate: band(split[:, i]) for i, fate in enumerate(LEFT_BY)}


def fate_counts(observables: xr.Dataset) -> dict[Fate, Band]:
    """Soldiers of each fate on the last day."""
    last = observables["fates"].isel(day=-1)
    return {fate: band(last.sel(fate=str(fate)).to_numpy()) for fate in Fate}


def manner_shares(observables: xr.Dataset) -> dict[Manner, Band]:
    """Share of the first falls of each manner, over the wars in which a district fell."""
    split = shares(observables["falls_by_manner"].to_numpy())
    return {manner: band(split[:, i]) for i, manner in enumerate(Manner)}


def recorded_manners(captures: pd.DataFrame, days: pd.Index) -> dict[str, int]:
    """Captures in the record's window by manner, and how many of unknown manner."""
    within = captures["date"].between(days[0], days[-1]) & (captures["event"] == "captured")
    how = captures.loc[within, "how"]
    return {word: int((how == word).sum()) for word in [*map(str, Manner), "unknown"]}


@dataclass(frozen=True)
class Fall:
    """How often, when and how one district fell, over the wars in which it did not start lost.

    `chance` is the share of those wars in which it fell. `low`, `middle` and `high` are dates of
    the first fall at 5%, 50% and 95% of those wars, NaT where so few wars saw it fall; `manners`
    are shares of its falls.
    """

    district: str
    name: str
    province: str
    wars: int
    chance: float
    low: pd.Timestamp
    middle: pd.Timestamp
    high: pd.Timestamp
    manners: tuple[float, ...]


def falls(observables: xr.Dataset) -> list[Fall]:
    """Every district's fall, in the order of the map."""
    first = observables["first_fall"].to_numpy()
    manner = observables["manner_of_fall"].to_numpy()
    free = observables["held_at_start"].to_numpy() == 0
    start = observables.indexes["day"][0]
    names, provinces = observables["name"].to_numpy(), observables["province"].to_numpy()
    return [
        _fall(start, (key, str(names[d]), str(provinces[d])), times, manner[free[:, d], d])
        for d, key in enumerate(map(str, observables["district"].to_numpy()))
        for times in [first[free[:, d], d]]
    ]


def _fall(
    start: pd.Timestamp, words: tuple[str, str, str], times: np.ndarray, manner: np.ndarray
) -> Fall:
    n = len(times)
    fell = np.isfinite(times)
    ends = ((0.05, "lower"), (0.5, "inverted_cdf"), (0.95, "higher"))
    low, middle, high = (
        _date(start, np.quantile(times, p, method=m) if n else np.inf)  # type: ignore[call-overload]
        for p, m in ends
    )
    counts = np.array([(manner[fell] == m).sum() for m in range(len(Manner))])
    split = tuple(float(share) for share in np.nan_to_num(shares(counts)))
    return Fall(*words, n, float(fell.mean()) if n else 0.0, low, middle, high, split)


def _date(start: pd.Timestamp, time: float) -> pd.Timestamp:
    """The day in which a time lies; times are those of the ends of steps."""
    if not np.isfinite(time):
        return pd.NaT  # type: ignore[return-value]
    return start + np.timedelta64(int(np.ceil(time - 1e-3)) - 1, "D")  # type: ignore[return-value]


def collapsed(observables: xr.Dataset, national_capital: str) -> np.ndarray:
    """Members and days on which the state has collapsed, bool [member, day].

    That is once insurgents have held the national capital, or two thirds of the capitals, at the
    end of any day but the first: what is lost as a war begins was not lost in it.
    """
    seat = observables["district"].to_numpy().tolist().index(national_capital)
    capital = observables["capital"].to_numpy() > 0
    some = (part["held"].to_numpy() > 0 for part in some_at_a_time(observables))
    return np.concatenate([collapsed_with(held, capital, seat) for held in some])


def collapsed_with(held: np.ndarray, capital: np.ndarray, seat: int) -> np.ndarray:
    """The same, of who is `held` by insurgents [member, day, district], `capital` [district]."""
    most = held[..., capital].sum(-1) >= COLLAPSE_SHARE * max(capital.sum(), 1)
    gone = held[..., seat] | (most & capital.any())
    gone[:, 0] = False
    return np.logical_or.accumulate(gone, axis=1)


def inside(low: float, high: float, values: Band) -> bool:
    """Whether a recorded range meets the 90% band; a missing end is open."""
    bottom = -np.inf if np.isnan(low) else low
    top = np.inf if np.isnan(high) else high
    return bool(bottom <= values.high90 and top >= values.low90)


def likely(n: int, of: int) -> tuple[float, float]:
    """Ends of the 95% interval of a chance that came true in `n` of so many wars (Wilson's).

    >>> [round(end, 2) for end in likely(86, 100)]
    [0.78, 0.91]
    """
    share, z2 = n / of, 1.96**2
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = np.sqrt(z2 * (share * (1 - share) / of + z2 / (4 * of**2))) / (1 + z2 / of)
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))
