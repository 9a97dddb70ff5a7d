"""What the page asks for: a request checked, a war fought part by part, a report of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

from holdfast.page.app import make_app
from holdfast.page.serve import NoDoor, listen
from holdfast.page.serve import serve as run_server
from holdfast.records.problems import Problem
from holdfast.study.about import about
from holdfast.study.changed_calendar import SERIES
from holdfast.study.draws import SETS
from holdfast.study.errors import CallError
from holdfast.study.page import MOST_WARS, report, run_of, theatre_values
from holdfast.study.scenario import Scenario, load
from holdfast.study.simulate import (
    Request,
    Run,
    check_room,
    chunks,
    fight,
    join,
    observables,
    prepare,
)

GROWTH = 1.6
"""Times the wars of the last part that the next must have: few parts, and soon the first."""

MOST_KNOTS = 40
"""Of a series: more than a table can be edited with."""

LARGEST = 1000.0
"""Strengths and levels beyond this mean nothing, and would overflow."""


def check(scenario: Scenario, asked: Mapping[str, Any]) -> dict[str, Any]:
    """A request of the page in full, or ValueError with words on what is wrong.

    Keys: members, seed, strengths {mechanism: number}, series {name: [[day, level], ...]}, set.
    """
    full = {"members": 100, "seed": 1, "strengths": {}, "series": {}, "set": "default", **asked}
    _whole("members", full["members"], 1, MOST_WARS)
    _whole("seed", full["seed"], 0, 2**32 - 1)
    for name, strength in full["strengths"].items():
        _level(f"strength of '{name}'", strength, -LARGEST, LARGEST)
    for key, knots in full["series"].items():
        _series(key, knots)
    check_room(prepare(scenario, request_of(scenario, full)), full["members"])
    return {k: full[k] for k in ("members", "seed", "strengths", "series", "set")}


def _whole(name: str, given: Any, low: int, high: int) -> None:
    if isinstance(given, bool) or not isinstance(given, int) or not low <= given <= high:
        raise ValueError(f"{name} '{given}': give a whole number from {low} to {high}")


def _series(key: Any, knots: Any) -> None:
    if key not in SERIES:
        raise ValueError(f"series '{key}': is none of {', '.join(map(str, SERIES))}")
    pairs = isinstance(knots, list) and all(isinstance(k, list) and len(k) == 2 for k in knots)
    if not pairs or not 1 <= len(knots) <= MOST_KNOTS:
        raise ValueError(f"series '{key}': give 1 to {MOST_KNOTS} pairs of day and level")
    for day, level in knots:
        _whole(f"day of '{key}'", day, -36_500, 36_500)
        _level(f"level of '{key}'", level, 0, LARGEST)


def _level(what: str, given: Any, low: float, high: float) -> None:
    number = isinstance(given, int | float) and not isinstance(given, bool)
    if not number or not low <= given <= high:
        raise ValueError(f"{what} '{given}': give a number from {low:g} to {high:g}")


def request_of(scenario: Scenario, asked: Mapping[str, Any]) -> Request:
    """The same as the command line would ask it."""
    start: date = scenario.tables.settings.start
    changes = {f"{name}.strength": str(value) for name, value in asked["strengths"].items()}
    changes |= {
        f"calendar.{key}": ";".join(f"{start + timedelta(day)}:{level}" for day, level in knots)
        for key, knots in asked["series"].items()
    }
    if asked["set"] not in SETS:  # the folder of a fit is for the command line alone
        allowed = " or ".join(SETS)
        raise CallError("parameter set", asked["set"], allowed, "choose one of the two")
    return Request(asked["members"], asked["seed"], changes=changes, parameters=asked["set"])


@cache
def _scenario(name: str) -> Scenario:
    return load(name)


def fight_in_parts(name: str, asked: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The run that was asked for, as `run_values` gives it, told anew as wars come in."""
    started, scenario = time.perf_counter(), _scenario(name)
    war = prepare(scenario, request_of(scenario, asked))
    parts, told, done = [], 0, 0
    for members, trajectory in fight(war, chunks(asked["members"])):
        parts.append(trajectory)
        done += len(members)
        if done < min(GROWTH * told, asked["members"]):
            continue
        told = done
        run = Run(scenario, replace(war.request, members=done), observables(war, join(parts)))
        said = about(run, "", time.perf_counter() - started)
        yield run_of(run, said, asked["members"], asked)


def serve(
    name: str,
    explained: Path | None = None,
    host: str = "127.0.0.1",
    port: int | None = None,
    open_browser: bool = False,
    say: Callable[[str], None] = lambda words: None,
    remark: Callable[[Iterable[Problem]], None] = lambda told: None,
) -> None:
    """Serve the page of a scenario until Ctrl-C; `say` is told where, `remark` what is odd."""
    try:
        door = listen(host, port)
    except NoDoor as e:
        raise CallError(*e.parts) from e
    scenario = load(name)
    remark(scenario.told)
    theatre = theatre_values(scenario, explained=explained)
    app = make_app(theatre, partial(check, scenario), fight_in_parts, name, report, door.bound)
    say(f"{scenario.names.title}: {door.bound.url}\nCtrl-C ends it.")
    if door.bound.token:
        say("Others can reach this address: only who has the token sees the page.")
    run_server(app, door, open_browser)
