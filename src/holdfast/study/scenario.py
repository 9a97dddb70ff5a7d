"""A scenario at hand: its tables checked, its theatre built."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from os import PathLike
from pathlib import Path

from holdfast.records.confusion import FILE as CONFUSION
from holdfast.records.confusion import read_confusion
from holdfast.records.problems import Gathered, Problem, ScenarioError, nearest
from holdfast.records.read import find_scenario, list_scenarios, look_at
from holdfast.records.tables import Tables, cut_at, in_order
from holdfast.records.what_is_known import FILE as KNOWN
from holdfast.records.what_is_known import WhatIsKnown, read_what_is_known
from holdfast.study.catalogue import catalogue, parameters
from holdfast.study.limits import beyond_limits
from holdfast.study.odd_parameters import odd_parameters
from holdfast.theatre.build import build
from holdfast.vocabulary.priors import PRIORS
from holdfast.vocabulary.types import MOST_MEN_IN_A_POST, Names, Theatre


@dataclass(frozen=True)
class Scenario:
    """Tables, in the order of their keys, theatre and names of one war, and what is to be told of
    it: notes and warnings."""

    tables: Tables
    theatre: Theatre
    names: Names
    told: tuple[Problem, ...] = ()


def load(name_or_path: str | PathLike[str] = "afghanistan-2021") -> Scenario:
    """Read, check and build a scenario by name or folder; raises ScenarioError with all problems.

    What does not stop is in `told`: tables that are not there, and numbers that look odd.

    >>> load("ring").names.districts[:2]
    ('R01', 'R02')
    """
    tables, problems = check(find_scenario(name_or_path))
    if tables is None or any(problem.stops for problem in problems):
        raise ScenarioError(problem for problem in problems if problem.stops)
    return _built(tables, problems)


def _built(tables: Tables, told: tuple[Problem, ...] = ()) -> Scenario:
    tables = in_order(tables)
    theatre, names = build(
        tables.districts, tables.links, tables.strengths, tables.calendar, tables.settings
    )
    return Scenario(tables, theatre, names, told)


def where_from(scenario: Scenario) -> str:
    """What `load` finds a scenario by again: its name, or its folder if it was brought along."""
    folder, name = scenario.tables.folder, scenario.names.scenario
    ours = name in list_scenarios() and find_scenario(name).samefile(folder)
    return name if ours else str(folder.resolve())


def known_at(scenario: Scenario, day: date) -> Scenario:
    """The scenario as it could be known on a day: neither record nor calendar says more.

    A series of the calendar keeps its last level, or goes on to one that was announced.
    """
    return _built(cut_at(scenario.tables, day))


def check(folder: Path) -> tuple[Tables | None, tuple[Problem, ...]]:
    """Tables of a folder and everything wrong with them, names of parameters too."""
    tables, problems = look_at(folder)
    if tables is None:
        return None, problems
    confusion, found = read_confusion(folder)
    credited = () if confusion is None else confusion.columns
    found += tuple(
        _unknown_mechanism(CONFUSION, name) for name in credited if name not in catalogue()
    )
    gathered = Gathered(problems)
    for more in (
        found,
        _unknown_names(tables),
        _strange_knowledge(tables),
        beyond_limits(tables),
        _posts_too_large(tables),
    ):
        gathered.add(more)
    if not any(problem.stops for problem in gathered.told()):
        gathered.add(odd_parameters(tables))
    return tables, gathered.told()


def what_is_known(scenario: Scenario) -> WhatIsKnown:
    """How the scenario's own set was found, and what the model is known to get wrong on its war."""
    known, problems = read_what_is_known(scenario.tables.folder)
    if known is None:
        raise ScenarioError(problems)
    return known


def _strange_knowledge(tables: Tables) -> tuple[Problem, ...]:
    known, problems = read_what_is_known(tables.folder)
    if known is None:
        return problems
    trackers = [*tables.settings.trackers]
    allowed = f"{', '.join(trackers)}: the trackers of scenario.toml"
    place = "default_set.trackers"
    return tuple(
        Problem(KNOWN, "is no tracker", allowed, nearest(name, trackers), column=place, value=name)
        for name in known.trackers
        if name not in trackers
    )


def _posts_too_large(tables: Tables) -> list[Problem]:
    allowed = f"1 to {MOST_MEN_IN_A_POST} men"
    cure = f"a larger garrison is several posts: give {MOST_MEN_IN_A_POST} or less"
    return [
        Problem(
            "scenario.toml", "is no size of a post", allowed, cure, column=f"posts.{name}",
            value=str(size),
        )
        for name, size in vars(tables.settings.posts).items()
        if not 1 <= size <= MOST_MEN_IN_A_POST
    ]  # fmt: skip


def _unknown_names(tables: Tables) -> list[Problem]:
    known = parameters(catalogue().values())
    found = []
    for table, file in (("parameters", "parameters.csv"), ("priors", "priors.csv")):
        for line, name in zip(
            tables.lines[table], getattr(tables, table)["parameter"], strict=True
        ):
            if name not in known:
                found.append(
                    Problem(
                        file, "is no parameter of the program", "owner.parameter, as listed by"
                        " `holdfast mechanisms`", nearest(name, known), line=line,
                        column="parameter", value=name,
                    )
                )  # fmt: skip
    for line, name in zip(tables.lines["priors"], tables.priors["distribution"], strict=True):
        if name not in PRIORS:
            found.append(
                Problem(
                    "priors.csv", "is no distribution", ", ".join(PRIORS), nearest(name, PRIORS),
                    line=line, column="distribution", value=name,
                )
            )  # fmt: skip
    unknown = (name for name in tables.settings.mechanisms if name not in catalogue())
    return found + [_unknown_mechanism("scenario.toml", name, "mechanisms") for name in unknown]


def _unknown_mechanism(file: str, name: str, column: str | None = None) -> Problem:
    known = catalogue()
    cure = nearest(name, known)
    return Problem(file, "is no mechanism", ", ".join(known), cure, column=column, value=name)
