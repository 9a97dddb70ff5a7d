"""Wars as labelled arrays: who held what, what became of soldiers, what trackers would count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from holdfast.observe.trackers import Count, Tracker, count, counted_units
from holdfast.vocabulary.types import weeks
from holdfast.vocabulary.words import Fate, Manner

if TYPE_CHECKING:
    from holdfast.vocabulary.types import Names, Trajectory

_M, _T, _D = "member", "day", "district"

MEANINGS: dict[str, tuple[tuple[str, ...], str, str]] = {
    # name: dimensions, unit, meaning
    "held": ((_M, _T, _D), "0 or 1", "insurgents hold the centre at the end of the day"),
    "countryside": ((_M, _T, _D), "percent", "part of the district that insurgents run"),
    "serving": ((_M, _T, _D), "soldiers", "soldiers serving in the district"),
    "surrendered": ((_M, _T, _D), "soldiers", "soldiers who surrendered, cumulative"),
    "abroad": ((_M, _T, _D), "soldiers", "soldiers who fled abroad, cumulative"),
    "fates": ((_M, _T, "fate"), "soldiers", "what became of soldiers, cumulative"),
    "fighters": ((_M, _T), "fighters", "insurgents"),
    "fates_by_district": ((_M, _D, "fate"), "soldiers", "what became of soldiers, at the end"),
    "first_fall": ((_M, _D), "days", "time of the first fall, inf if it never fell"),
    "manner_of_fall": ((_M, _D), "row of manner", "how it first fell, -1 if it never did"),
    "n_falls": ((_M, _D), "falls", "times it fell"),
    "n_retaken": ((_M, _D), "times", "times it was retaken"),
    "held_at_start": ((_M, _D), "0 or 1", "insurgents held the centre before the first day"),
    "present": ((_M, _D), "soldiers", "soldiers present on the first day"),
    "why": (
        (_M, _D, "mechanism"),
        "logit",
        "how hard each mechanism pushed soldiers to leave in the days before the first fall; "
        "below 0 it kept them",
    ),
    "push": (
        (_D, "week", "pusher"),
        "logit",
        "the same at the ends of weeks, mean over the members in which the district fell later; "
        "`chance` is what the dice dealt its garrison, against its resolve; NaN if there are none",
    ),
    "capitals_held": ((_M, _T), "capitals", "provincial capitals in insurgent hands"),
    "falls_by_manner": ((_M, "manner"), "districts", "first falls by the door most men took"),
    "districts_held": ((_M, _T, "tracker"), "districts", "held by insurgents, as counted"),
    "contested": ((_M, _T, "tracker"), "districts", "contested, as counted"),
    "government": ((_M, _T, "tracker"), "districts", "neither held nor contested, as counted"),
    "captured": ((_M, _T, "tracker"), "captures", "captures since the first day, as counted"),
    "recaptured": ((_M, _T, "tracker"), "captures", "recaptures since the first day, as counted"),
    "captured_and_held": (
        (_M, _T, "tracker"),
        "districts",
        "captured since the first day and held, as counted",
    ),
}
"""Every variable of the observables. `as counted`: by the tracker's own rule."""

CHANCE = "chance"
"""What no mechanism accounts for in why a district fell."""

_AS_THEY_ARE = tuple(MEANINGS)[:15]
_RENAMED = {"manner_of_fall": "manner"}


def observe(
    trajectory: Trajectory,
    names: Names,
    capital: np.ndarray,
    trackers: Mapping[str, Tracker],
    mechanisms: Sequence[str],
) -> xr.Dataset:
    """Wars as observers could have counted them.

    `trajectory` has a leading member axis in each array; `capital` [D] is 1 for seats of
    provinces. `mechanisms` are the names of those that pressed, in any order. Trackers count the
    model's districts as they are; `n_units` is how many of them a tracker counts and
    `total_units` his own denominator.
    """
    arrays = {name: np.asarray(value) for name, value in trajectory._asdict().items()}
    capital = np.asarray(capital)
    found = {name: arrays[_RENAMED.get(name, name)] for name in _AS_THEY_ARE}
    if found["fates"].dtype.kind == "u":  # signed, so that differences can be taken
        found["fates"] = found["fates"].astype(np.int64)
    found["push"] = pushed(trajectory)
    found["capitals_held"] = found["held"][..., capital > 0].sum(-1)
    manners = np.arange(len(Manner))
    found["falls_by_manner"] = (arrays["manner"][..., None] == manners).sum(1)
    found |= _counts(found, capital, trackers)
    coords = _coords(names, capital, trackers, mechanisms, found["held"].shape[:2])
    variables = {
        name: (dims, found[name], {"long_name": meaning, "units": unit})
        for name, (dims, unit, meaning) in MEANINGS.items()
    }
    return xr.Dataset(variables, coords, {"scenario": names.scenario, "title": names.title})


def pushed(trajectory: Trajectory) -> np.ndarray:
    """Mean pressure to leave by week over the members in which each district was yet to fall.

    [D, W, M + 1] in logits; the last column is the resolve that the garrison drew, with its sign
    turned. NaN where no member that falls is left.
    """
    first, before = np.asarray(trajectory.first_fall), np.asarray(trajectory.held_at_start)
    yet = _yet_to_fall(first, before, weeks(trajectory.held.shape[1]))
    push = np.asarray(trajectory.push, np.float32)
    luck = np.broadcast_to(-np.asarray(trajectory.resolve)[:, None], yet.shape)
    total = np.concatenate(
        [np.einsum("bwd,bwdm->dwm", yet, push), (yet * luck).sum(0).T[..., None]], -1
    )
    n = yet.sum(0).T[..., None].astype(float)
    return np.divide(total, n, out=np.full(total.shape, np.nan), where=n > 0)


def n_yet_to_fall(data: xr.Dataset) -> np.ndarray:
    """Members over which `push` is the mean, [D, W]."""
    week = (data["week"] - data["day"][0]).to_numpy() / np.timedelta64(1, "D")
    first, before = data["first_fall"].to_numpy(), data["held_at_start"].to_numpy()
    return _yet_to_fall(first, before, week).sum(0).T


def _yet_to_fall(first_fall: np.ndarray, before: np.ndarray, week: np.ndarray) -> np.ndarray:
    """Where a district, [member, D], falls later than at these days, bool [member, W, D]."""
    falls = np.isfinite(first_fall) & ~(before > 0)
    return falls[:, None] & (first_fall[:, None] > week[:, None])


def _counts(
    found: Mapping[str, np.ndarray], capital: np.ndarray, trackers: Mapping[str, Tracker]
) -> dict[str, np.ndarray]:
    """Variables of trackers, [member, day, tracker] each."""
    ground = found["held"], found["countryside"], found["held_at_start"], capital
    each = [count(tracker, *ground) for tracker in trackers.values()]
    empty = np.zeros((*found["held"].shape[:2], 0))
    stack = lambda parts: np.stack(parts, -1).astype(np.float32) if parts else empty  # noqa: E731
    return {name: stack([getattr(c, name) for c in each]) for name in Count._fields}


def _coords(
    names: Names,
    capital: np.ndarray,
    trackers: Mapping[str, Tracker],
    mechanisms: Sequence[str],
    shape: tuple[int, ...],
) -> dict[str, object]:
    start = names.start.astype("datetime64[ns]")
    of = lambda get: ("tracker", [get(t) for t in trackers.values()])  # noqa: E731
    return {
        "member": np.arange(shape[0]),
        "day": start + np.arange(shape[1]) * np.timedelta64(1, "D"),
        "district": np.asarray(names.districts),
        "fate": [str(fate) for fate in Fate],
        "manner": [str(manner) for manner in Manner],
        "mechanism": sorted(mechanisms),
        "week": start + weeks(shape[1]) * np.timedelta64(1, "D"),
        "pusher": [*sorted(mechanisms), CHANCE],
        "tracker": list(trackers),
        "name": ("district", np.asarray(names.district_names)),
        "province": ("district", np.asarray(names.province_of)),
        "capital": ("district", capital.astype(np.uint8)),
        "tracker_title": of(lambda t: t.title),
        "n_units": of(lambda t: int(counted_units(t, capital).sum())),
        "total_units": of(lambda t: t.total_units),
    }
