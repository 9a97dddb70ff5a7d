"""Men on the roll by district, branch and role: a table that was given, or a total and a rule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from holdfast.records.problems import Problem, ScenarioError
from holdfast.records.said import About, Said, counted, some
from holdfast.records.told_tables import Given
from holdfast.study.errors import CallError


@dataclass(frozen=True)
class Rule:
    """How a total is spread. Judgement, after the one army whose rule is documented with the
    program's first scenario: shares of the roll, but for those of the countryside and a weight."""

    police: float = 0.40
    commando: float = 0.07
    national_capital: float = 0.20
    countryside: float = 0.25
    police_in_countryside: float = 0.70
    seat_of_corps: float = 1.6

    def words(self, total: int) -> str:
        """The rule in a sentence or two."""
        return (
            f"{total:,} men: {self.police:.0%} police, {self.commando:.0%} commandos, the rest"
            f" army. {self.countryside:.0%} of all at checkpoints of districts that are no"
            f" capitals, by the square root of population, {self.police_in_countryside:.0%} of them"
            f" police. {self.national_capital:.0%} in the national capital. Commandos at the seats"
            " of corps, the national capital counted twice. The others in the capitals of"
            " provinces by the square root of population, the army with"
            f" {self.seat_of_corps:g} times the weight at a seat of a corps"
        )


BRANCHES = ("police", "army", "commando")


def spread(
    total: int, districts: pd.DataFrame, national: str, seats: list[str], rule: Rule | None = None
) -> tuple[pd.DataFrame, tuple[Said, ...]]:
    """Strengths from a total; `districts` has district_id, population and capital.

    The rows sum to the total exactly. Every capital has a man in a base; raises CallError where
    there are too few men for that.
    """
    rule = rule or Rule()
    ids = districts["district_id"].to_numpy(str)
    capital = districts["capital"].to_numpy(int) == 1
    if total < 2 * capital.sum():
        allowed = f"at least {2 * int(capital.sum()):,}, two for each capital of a province"
        raise CallError("--defenders", total, allowed, "check the number")
    people = districts["population"].to_numpy(float)
    known = people[np.isfinite(people) & (people > 0)]
    root = np.sqrt(np.where(people > 0, people, known.min() if len(known) else 1.0))
    head, corps = ids == national, np.isin(ids, seats)
    n_rural = rule.countryside * total if (~capital).any() else 0.0
    rural = _parts(n_rural, root * ~capital)
    police = rule.police * total - n_rural * rule.police_in_countryside
    commandos = rule.commando * total
    army = total - n_rural - police - commandos
    at_head = min(rule.national_capital * total, total - n_rural)
    others = capital & ~head
    if not others.any():
        at_head = total - n_rural
    elite = _parts(commandos, corps * 1.0 + head)
    plain = at_head - elite[head].sum()
    share = police / (police + army)
    left = police + army - plain
    weight = np.where(corps, rule.seat_of_corps, 1.0) * root * others
    city_police = _parts(left * share, root * others) + plain * share * head
    city_army = _parts(left * (1 - share), weight) + plain * (1 - share) * head
    men = np.stack([
        rural * rule.police_in_countryside, rural * (1 - rule.police_in_countryside),
        city_police, city_army, elite,
    ])  # fmt: skip
    men[3] = np.maximum(men[3], capital * 1.0)
    whole = _whole(men.ravel(), total).reshape(men.shape)
    whole = _one_in_each_base(whole, capital)
    kinds = [("police", "checkpoint"), ("army", "checkpoint"), ("police", "base"),
             ("army", "base"), ("commando", "base")]  # fmt: skip
    words = _basis(rule, total, len(seats), int((~capital).sum()))
    rows = [
        (key, *kind, int(number), words[kind], "assumed")
        for d, key in enumerate(ids)
        for kind, number in zip(kinds, whole[:, d], strict=True)
        if number > 0
    ]
    columns = ["district_id", "branch", "role", "paper", "basis", "source_id"]
    return pd.DataFrame(rows, columns=columns), (Said(About.ASSUMED, rule.words(total)),)


def _parts(total: float, weight: np.ndarray) -> np.ndarray:
    return total * weight / weight.sum() if weight.sum() > 0 else np.zeros(len(weight))


def _whole(parts: np.ndarray, total: int) -> np.ndarray:
    """Whole numbers with the same sum, by the largest remainders."""
    parts = parts * total / parts.sum()
    whole = np.floor(parts).astype(np.int64)
    short = total - int(whole.sum())
    whole[np.argsort(whole - parts, kind="stable")[:short]] += 1
    return whole


def _one_in_each_base(whole: np.ndarray, capital: np.ndarray) -> np.ndarray:
    """A soldier in the base of every capital, taken from where there are most."""
    for d in np.flatnonzero(capital & (whole[2:].sum(0) == 0)):
        whole[np.unravel_index(whole.argmax(), whole.shape)] -= 1
        whole[3, d] += 1
    return whole


def _basis(rule: Rule, total: int, n_seats: int, n_rural: int) -> dict[tuple[str, str], str]:
    """What the rule says of each branch and role."""
    far = f"{rule.countryside:.0%} of {total} men in {n_rural} districts by sqrt(population)"
    near = f"capitals by sqrt(population), the national one {rule.national_capital:.0%} of all"
    part = rule.police_in_countryside
    at = f"{rule.commando:.0%} of {total} men at {n_seats} seats of corps"
    return {
        ("police", "checkpoint"): f"rule: {far}, {part:.0%} of it police; judgement",
        ("army", "checkpoint"): f"rule: {far}, {1 - part:.0%} of it army; judgement",
        ("police", "base"): f"rule: police not in the countryside, {near}; judgement",
        ("army", "base"): f"rule: army not in the countryside, {near}, times"
        f" {rule.seat_of_corps:g} at a seat of a corps; judgement",
        ("commando", "base"): f"rule: {at}, the national capital counted twice; judgement",
    }


def from_table(
    given: Given, districts: pd.DataFrame, sources: dict[str, str], own: str
) -> tuple[pd.DataFrame, tuple[Said, ...]]:
    """Strengths from a table of garrisons; rows of one district, branch and role are added.

    A role that is not given is a base in a capital and checkpoints elsewhere. Raises
    ScenarioError where a capital has no men. `sources` maps what the table names to ids.
    """
    capital = set(districts.loc[districts["capital"] == 1, "district_id"])
    rows = given.rows.copy()
    empty = (rows["role"] == "").to_numpy(bool)
    usual = np.where(rows["district_id"].isin(list(capital)), "base", "checkpoint")
    rows["role"] = np.where(empty, usual, rows["role"])
    basis = [text or f"as given in {given.file}" for text in rows["basis"]]
    rows = rows.assign(
        basis=basis,
        source_id=[sources.get(text, own) for text in rows["source"]],
        paper=rows["men"],
    )
    keys = ["district_id", "branch", "role"]
    table = rows.groupby(keys, as_index=False, sort=False).agg(
        paper=("paper", "sum"), basis=("basis", "first"), source_id=("source_id", _joined)
    )
    table["paper"] = table["paper"].astype("int64")
    with_base = set(table.loc[table["role"] == "base", "district_id"])
    if lacking := sorted(capital - with_base):
        says = f"has no men in a base of {counted(len(lacking), 'capital')}: {some(lacking)}"
        cure = "add a row of role base for each, however few they were"
        raise ScenarioError([Problem(given.file, says, "a base in every capital", cure)])
    said = []
    if empty.any():
        words = f"{given.file}: men of a capital are in a base, others at checkpoints"
        said.append(Said(About.ASSUMED, words))
    bare = districts.loc[~districts["district_id"].isin(list(table["district_id"])), "name"]
    if len(bare):
        words = f"men of {counted(len(bare), 'district')}: {some([str(n) for n in bare])}"
        said.append(Said(About.MISSING, words))
    return table, tuple(said)


def _joined(ids: pd.Series) -> str:
    return ";".join(dict.fromkeys(part for cell in ids for part in str(cell).split(";")))
