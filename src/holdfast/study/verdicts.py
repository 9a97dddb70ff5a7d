"""Claims against a fit: of each, the numbers that a verdict is made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from holdfast.explain import Band, Explanation, Group, Observation, Stance, Voice, verdict
from holdfast.study.fit import Fit
from holdfast.study.forecast import conditioned, fought
from holdfast.study.scenario import Scenario
from holdfast.vocabulary.types import Trajectory
from holdfast.vocabulary.words import Fate, index

HALVES = (0.05, 0.5, 0.95)
COLUMNS = ["claim_id", "mechanism", "kind", "verdict"]


def verdicts(
    fit: Fit,
    groups: Sequence[Group],
    shares: pd.DataFrame,
    strengths: pd.DataFrame,
    free: Trajectory,
    seed: int,
) -> pd.DataFrame:
    """A verdict on every claim of the scenario, by the rules of `holdfast.explain.verdict`.

    Columns: claim_id, mechanism, kind (explanation, count, none or withheld), verdict. Counts of
    men are those of as many wars on the record's own map, counts of districts those of the wars
    `free` from the first day. All are withheld where the fit does not make its own war: what a
    model accounts for in other wars than the recorded one says nothing of a claim about this one.
    """
    claims = fit.scenario.tables.claims
    if fit.free is not None and not fit.free.makes_its_war:
        return withheld(claims)
    told_map = cache(lambda: on_the_map(fit, len(free.held), seed))
    rows = []
    for claim in claims.to_dict("records"):
        about, mechanism = claim["about"], claim["mechanism"]
        if about in COUNTS:
            wars = free if about == "count_districts_lost" else told_map()
            predicted = band(count(wars, fit.scenario, claim))
            told: Any = observation(claim, predicted, others(claims, claim))
            rows.append((claim["claim_id"], mechanism, "count", verdict(told)))
            continue
        group = next((g for g in groups if mechanism in g.mechanisms), None)
        if group is None:
            said = (
                f"{claim['claim_id']}: {mechanism} is no part of this fit; nothing is said of it."
            )
            rows.append((claim["claim_id"], mechanism, "none", said))
            continue
        told = explanation(fit, claim, group, shares, strengths, others(claims, claim))
        rows.append((claim["claim_id"], mechanism, "explanation", verdict(told)))
    return pd.DataFrame(rows, columns=COLUMNS)


def withheld(claims: pd.DataFrame) -> pd.DataFrame:
    """No verdict on any claim."""
    rows = [(row["claim_id"], row["mechanism"], "withheld", f"{row['claim_id']}: no verdict.")
            for row in claims.to_dict("records")]  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def explanation(
    fit: Fit,
    claim: Mapping[Any, Any],
    group: Group,
    shares: pd.DataFrame,
    strengths: pd.DataFrame,
    dissent: tuple[Voice, ...],
) -> Explanation:
    """The numbers for a claim that something made men stay or go."""
    name = claim["mechanism"]
    row = strengths.set_index("parameter").loc[f"{name}.strength"]
    share = shares.set_index("group").loc[group.name]
    mechanism = next(m for m in fit.model.mechanisms if m.name == name)
    return Explanation(
        claim["claim_id"], Voice(claim["speaker"], Stance(claim["stance"])), claim["paraphrase"],
        mechanism=name,
        unit=mechanism.claim.parameters["strength"].unit,
        prior=Band(row["prior_low"], row["prior"], row["prior_high"]),
        posterior=Band(row["low"], row["posterior"], row["high"]),
        learned=float(row["sd"]),
        share=Band(share["low"], share["share"], share["high"]),
        confused_with=tuple(m for m in group.mechanisms if m != name),
        others=dissent,
    )  # fmt: skip


def observation(
    claim: Mapping[Any, Any], predicted: Band, dissent: tuple[Voice, ...]
) -> Observation:
    """The numbers for a claim that something was counted."""
    low, high = (None if np.isnan(claim[end]) else float(claim[end]) for end in ("low", "high"))
    return Observation(
        claim["claim_id"], Voice(claim["speaker"], Stance(claim["stance"])), claim["paraphrase"],
        unit=claim["unit"] or "men", low=low, high=high, predicted=predicted, others=dissent,
    )  # fmt: skip


def others(claims: pd.DataFrame, claim: Mapping[Any, Any]) -> tuple[Voice, ...]:
    """Who else spoke of the same matter, place and days."""
    same = claims["claim_id"] != claim["claim_id"]
    for column in ("about", "place", "from", "to"):
        value = claim[column]
        same &= (claims[column] == value) | (claims[column].isna() & pd.isna(value))
    rows = claims.loc[same].to_dict("records")
    return tuple(Voice(row["speaker"], Stance(row["stance"])) for row in rows)


def count(wars: Trajectory, scenario: Scenario, claim: Mapping[Any, Any]) -> np.ndarray:
    """What each war counts of what a claim speaks of, in its districts and days, [war]."""
    start = pd.Timestamp(scenario.tables.settings.start)
    days = wars.held.shape[1]
    first = 0 if pd.isna(claim["from"]) else (claim["from"] - start).days
    last = days - 1 if pd.isna(claim["to"]) else (claim["to"] - start).days
    first, last = (int(np.clip(day, 0, days - 1)) for day in (first, last))
    return COUNTS[claim["about"]](wars, districts_of(scenario, claim["districts"]), first, last)


def districts_of(scenario: Scenario, cells: str) -> np.ndarray:
    """Which districts have one of the cells `column=value;column=value`, [D]; all if empty."""
    table = scenario.tables.districts
    if not cells:
        return np.ones(len(table), bool)
    meant = np.zeros(len(table), bool)
    for term in cells.split(";"):
        column, _, value = term.partition("=")
        meant |= np.array([value in str(cell).split(";") for cell in table[column]])
    return meant


def _flow(cumulative: Any, where: np.ndarray, first: int, last: int) -> np.ndarray:
    so_far = np.asarray(cumulative, float)[:, :, where].sum(-1)
    return so_far[:, last] - (so_far[:, first - 1] if first else 0.0)


def _falls(wars: Trajectory, where: np.ndarray, first: int, last: int) -> np.ndarray:
    fell = np.asarray(wars.first_fall)
    new = (fell > first) & (fell <= last + 1) & ~(np.asarray(wars.held_at_start) > 0)
    return new[:, where].sum(1)


def _fate(fate: Fate) -> Callable[..., np.ndarray]:
    """Men who met a fate: of the nation's in those days, the districts' part of the whole war's."""

    def of(wars: Trajectory, where: np.ndarray, first: int, last: int) -> np.ndarray:
        by_day = np.asarray(wars.fates, float)[:, :, index(fate)]
        by_place = np.asarray(wars.fates_by_district, float)[:, :, index(fate)]
        part = by_place[:, where].sum(1) / np.maximum(by_place.sum(1), 1)
        return part * (by_day[:, last] - (by_day[:, first - 1] if first else 0.0))

    return of


COUNTS: dict[str, Callable[[Trajectory, np.ndarray, int, int], np.ndarray]] = {
    "count_districts_lost": _falls,
    "count_surrendered_or_fled": lambda w, *at: _flow(w.surrendered, *at) + _flow(w.abroad, *at),
    "count_fled_abroad": lambda w, *at: _flow(w.abroad, *at),
    "desertion": _fate(Fate.DESERTED),
    "return_to_duty": _fate(Fate.RETURNED),
}
"""What a claim can be about that a war counts: (wars, districts [D], first day, last) to [war]."""


def band(values: np.ndarray) -> Band:
    """The 90% band of so many wars."""
    return Band(*(float(q) for q in np.quantile(values, HALVES)))


def on_the_map(fit: Fit, worlds: int, seed: int) -> Trajectory:
    """Wars of the posterior on the record's own map, as far as it is known."""
    rng = np.random.default_rng([seed, fit.found.until])
    z = fit.z[rng.choice(len(fit.z), worlds, replace=worlds > len(fit.z))]
    given = conditioned(fit, z, fit.scenario.names.days, rng)
    return fought(fit, fit.model.many(z), given, seed)
