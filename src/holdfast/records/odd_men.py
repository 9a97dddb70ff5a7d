"""Rules of plausibility of soldiers and insurgents."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from holdfast.records.place import called, numbers, odd, rows_where, texts
from holdfast.records.problems import Problem
from holdfast.records.said import counted
from holdfast.records.tables import Tables

MEN_A_THOUSAND = (0.5, 70.0)
"""Soldiers and police for every 1,000 people of a country.

A peaceful country has 1 to 4 police for every 1,000, strong garrisons 20 and more
(https://www.rand.org/pubs/reprints/RP479.html, Quinlivan 1995). One of the most armed countries
there were had 608,000 men of 16 million people in 1966, 38 for every 1,000
(https://time.com/archive/6631012/world-building-up-the-arvn), and 1,100,000 by 1972
(http://softbeam.net/txt/time/Time1972/1972-04-17/944467.html), some 60.
"""

MEN_A_THOUSAND_HERE = (0.1, 250.0)
"""The same of one district: a town of barracks has as many men as every fourth of its people."""

INSURGENTS_A_SOLDIER = (1 / 200, 3.0)
"""Of 83 insurgencies ten soldiers and more for each insurgent nearly always won
(https://dupuyinstitute.dreamhosters.com/2016/01/08/force-ratios-and-counterinsurgency-ii): twenty
times that, or an army far outnumbered, is more likely a unit."""

MOST_OF_THE_ARMY = 0.5
SEVERAL = 10  # districts from which on one of them does not hold half of the army as a rule
FEW = 4  # garrisons from which on one can stand out
STANDS_OUT = 5.0
"""Times the largest garrison of its kind elsewhere; in the wars of the program at most 3.3."""

OUT_OF_FEW = 10.0
"""The same of the national capital, and among few garrisons; in those wars at most 4.4."""


def the_army_fits_the_people(tables: Tables) -> Iterator[Problem]:
    """The army and police are 0.5 to 70 of every 1,000 people."""
    men, people = _men(tables), numbers(tables.districts, "population")
    known = people > 0
    if known.sum() * 2 < len(people):
        return
    n_men, n_people = men[known].sum(), people[known].sum()
    ratio, (low, high) = 1000 * n_men / n_people, MEN_A_THOUSAND
    if not low <= ratio <= high:
        yield odd(
            "strengths",
            f"There are {n_men:,.0f} men on the roll for {n_people:,.0f} people, {_few(ratio)} for"
            f" every 1,000; armies and police have had {low:g} to {high:g}. Are paper"
            " (strengths.csv) and population (districts.csv) both in persons, not in thousands?",
        )


def garrisons_fit_their_people(tables: Tables) -> Iterator[Problem]:
    """The garrison of a district is 0.1 to 250 of every 1,000 of its people."""
    men, people = _men(tables), numbers(tables.districts, "population")
    low, high = MEN_A_THOUSAND_HERE
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = 1000 * men / people
    for wrong, says in (
        (ratio > high, f"more than {high:g} men for every 1,000 people"),
        ((ratio < low) & (men > 0), f"fewer than {low:g} men for every 1,000 people"),
    ):
        if wrong.any():
            row = rows_where(wrong)[0]
            yield odd(
                "strengths",
                f"{_has(wrong, 'district')} {says}: {called(tables, wrong)}. The first has"
                f" {men[row]:,.0f} men (strengths.csv) and {people[row]:,.0f} people"
                " (districts.csv).",
            )


def no_garrison_is_most_of_the_army(tables: Tables) -> Iterator[Problem]:
    """No district holds more than half of the army."""
    men = _men(tables)
    if len(men) >= SEVERAL and men.max() > MOST_OF_THE_ARMY * men.sum():
        here = men == men.max()
        yield odd(
            "strengths",
            f"{men.max():,.0f} of the {men.sum():,.0f} men on the roll stand in one district:"
            f" {called(tables, here)}. Check paper in strengths.csv.",
        )


def no_garrison_stands_out(tables: Tables) -> Iterator[Problem]:
    """No garrison is five times the largest of its kind elsewhere, ten times in the capital.

    A kind is a branch and a role. Ten times is also the limit where a kind has few garrisons.
    """
    strengths, national = tables.strengths, tables.settings.national_capital
    paper, ids = numbers(strengths, "paper"), texts(strengths, "district_id")
    kinds = list(zip(strengths["branch"], strengths["role"], strict=True))
    for branch, role in sorted(set(kinds)):
        rows = np.array([kind == (branch, role) for kind in kinds])
        elsewhere = rows & (ids != national)
        several = elsewhere.sum() >= FEW
        for which, times in (
            (elsewhere, STANDS_OUT if several else OUT_OF_FEW),
            (rows, OUT_OF_FEW),
        ):
            if which.sum() < 2:
                continue
            men = np.where(which, paper, 0.0)
            next_most, most = np.sort(men)[-2:]
            if most >= times * next_most and (next_most > 0 or several):
                here = texts(tables.districts, "district_id") == ids[men.argmax()]
                yield odd(
                    "strengths",
                    f"{called(tables, here)} has {most:,.0f} men of {branch} at {role}; the next"
                    f" has {next_most:,.0f}. Check paper in strengths.csv.",
                )
                break


def every_district_has_a_garrison(tables: Tables) -> Iterator[Problem]:
    """Every district has a garrison."""
    without = _men(tables) == 0
    if without.any():
        yield odd(
            "strengths",
            f"{_has(without, 'district')} no men in strengths.csv, so nobody holds"
            f" {'it' if without.sum() == 1 else 'them'}: {called(tables, without)}.",
        )


def the_insurgents_fit_the_army(tables: Tables) -> Iterator[Problem]:
    """There is one insurgent to 200 soldiers at least, and three to one soldier at most."""
    men, insurgents = (
        int(numbers(tables.strengths, "paper").sum()),
        tables.settings.insurgents.total,
    )
    low, high = INSURGENTS_A_SOLDIER
    if men and not low <= insurgents / men <= high:
        yield odd(
            "scenario.toml",
            f"There are {men:,} men on the roll (strengths.csv) and"
            f" {counted(insurgents, 'insurgent')} (scenario.toml), {_few(insurgents / men)} for"
            f" each man; wars have had {low:g} to {high:g}. Are both in men, not in thousands?",
        )


def _men(tables: Tables) -> np.ndarray:
    """Men on the roll of each district, in the order of the table."""
    men = Counter[str]()
    for district, paper in tables.strengths[["district_id", "paper"]].itertuples(index=False):
        men[district] += paper
    return np.array([men[district] for district in tables.districts["district_id"]], float)


def _has(which: np.ndarray, noun: str) -> str:
    n = int(np.asarray(which).sum())
    return f"{n:,} {noun}{'' if n == 1 else 's'} {'has' if n == 1 else 'have'}"


def _few(number: float) -> str:
    return f"{number:,.0f}" if number >= 10 else f"{number:.2g}"
