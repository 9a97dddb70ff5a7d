"""Simulating: an ensemble of whole wars, in chunks of members."""

from __future__ import annotations

import os
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, fields
from datetime import date, timedelta
from functools import partial
from itertools import islice
from numbers import Integral
from os import PathLike
from typing import Any

import jax
import numpy as np
import xarray as xr

from holdfast.engine.run import COUNTINGS, Plan, compile_members, keys
from holdfast.engine.soldiers import CLASSES, ROWS
from holdfast.observe import observe
from holdfast.records.problems import nearest
from holdfast.study.catalogue import choose, parameters
from holdfast.study.changed_calendar import PREFIX, change_calendar, check_struck, of_calendar
from holdfast.study.draws import check_names, check_set, draw_values, with_scenario_priors
from holdfast.study.errors import CallError, Refused
from holdfast.study.machine import device_memory, memory_to_be_had, on_gpu
from holdfast.study.plain_values import as_day, as_names, as_whole
from holdfast.study.remarks import remarks
from holdfast.study.scenario import Scenario, load
from holdfast.study.stamp import check_rounding
from holdfast.vocabulary.settings import MOST_STEPS_A_DAY, is_part_of_a_day
from holdfast.vocabulary.types import Mechanism, Theatre, Trajectory

CHUNK = 10
"""Members computed and kept together. A run is the same for every size; this one fits a cache."""

MOST_AT_ONCE = 100
"""Chunks that a device computes side by side at most: a run is told of what is done, and kept, by
so many."""

BYTES_A_SOLDIER = 6
"""Lots of a soldier, read in every step: three of 16 bits."""

BYTES_OF_DICE = 2_000
"""Bytes that a war takes for each post and district. Judgement, with half of the room left free:
no GPU has been at hand to measure it."""

MOST_MEMBERS = 1_000_000

BYTES_KEPT = 50.0
"""Bytes that are held of each day, district and member: 2.3 MB of a war of 107 days and 422
districts, measured on 500 of them."""

BYTES_TOGETHER = 2**30
"""Of the wars that are observed and written together."""

OR_A_RUN = "fewer, or `holdfast run`, which does not hold all its wars"

LONGEST_DAYS = 10_000
MOST_STEPS = 2**26
"""Steps of a war times districts: the dice of each take 16 bytes a war, so a GiB in all."""


@dataclass(frozen=True)
class Request:
    """Everything that decides a run, apart from the scenario's files."""

    members: int = 100
    seed: int = 1
    without: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    changes: Mapping[str, str] = field(default_factory=dict)
    until: date | None = None
    dt: float | None = None
    counting: str = "individuals"
    parameters: str = "default"
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Take one name for a list of one, days as text, and numbers for the text of them."""
        put = partial(object.__setattr__, self)
        for name in ("without", "only", "also"):
            put(name, as_names(name, getattr(self, name)))
        for name in ("members", "seed"):
            put(name, as_whole(name, getattr(self, name)))
        put("until", as_day("until", self.until))
        put("changes", {str(name): str(value) for name, value in self.changes.items()})
        put("parameters", str(self.parameters))

    def as_dict(self) -> dict[str, Any]:
        """The request as plain values."""
        return asdict(self) | {"until": self.until.isoformat() if self.until else None}

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> Request:
        """The request that `as_dict` wrote; ValueError says which part of another is wrong."""
        kinds = {part.name: str(part.type) for part in fields(cls)}
        if {*found} != {*kinds}:
            raise ValueError(f"a request has the keys {', '.join(kinds)}")
        return cls(**{name: _as_written(name, kind, found[name]) for name, kind in kinds.items()})


def _as_written(name: str, kind: str, value: Any) -> Any:
    """A part of a request from what JSON holds of it; `kind` is its annotation."""
    match kind, value:
        case "int", int() if not isinstance(value, bool):
            return value
        case "str", str():
            return value
        case "float | None", None | float() | int() if not isinstance(value, bool):
            return value
        case "date | None", None | str():
            return value and date.fromisoformat(value)
        case "tuple[str, ...]", list() if all(isinstance(one, str) for one in value):
            return tuple(value)
        case "Mapping[str, str]", dict() if all(isinstance(one, str) for one in value.values()):
            return value
    raise ValueError(f"{name} of a request is of type {kind}")


@dataclass(frozen=True)
class War:
    """A request made ready: theatre, mechanisms and plan, everything checked."""

    scenario: Scenario
    request: Request
    theatre: Theatre
    mechanisms: tuple[Mechanism, ...]
    plan: Plan
    fixed: Mapping[str, float]


@dataclass(frozen=True)
class Run:
    """An ensemble of wars, as an observer could have counted them."""

    scenario: Scenario
    request: Request
    observables: xr.Dataset

    def _repr_html_(self) -> str:
        """The page of the run, as a notebook shows it."""
        from holdfast.study.page import framed

        return framed(self)


def prepare(scenario: Scenario, request: Request) -> War:
    """Check a request against a scenario before anything is computed."""
    check_rounding()
    within("members", request.members, 1, MOST_MEMBERS)
    within("seed", request.seed, 0, 2**32 - 1)
    tables, settings = scenario.tables, scenario.tables.settings
    check_set(request.parameters)
    if request.counting not in COUNTINGS:
        raise CallError(
            "counting", request.counting, ", ".join(COUNTINGS), nearest(request.counting, COUNTINGS)
        )
    days = _days(scenario, request.until)
    dt = settings.dt if request.dt is None else request.dt
    if not is_part_of_a_day(dt):
        allowed = f"1 divided by a whole number of steps a day, up to {MOST_STEPS_A_DAY}"
        raise CallError("dt", dt, allowed, "try 1, 0.5, 0.25")
    steps = round(days / dt) * len(scenario.names.districts)
    if steps > MOST_STEPS:
        allowed = f"up to {MOST_STEPS:,} steps of districts"
        raise CallError("days over dt, times districts", steps, allowed, "longer steps, fewer days")
    chosen = choose(settings.mechanisms, request.without, request.only, request.also)
    world = of_calendar(request.changes)
    check_struck(world, tables.calendar["kind"], scenario.names.scenario)
    fixed = {k: _number(k, v) for k, v in request.changes.items() if not k.startswith(PREFIX)}
    check_names(fixed, with_scenario_priors(parameters(chosen), tables.priors), "--set")
    war = War(
        scenario=scenario,
        request=request,
        theatre=change_calendar(scenario.theatre, world, settings.start),
        mechanisms=chosen,
        plan=Plan(days, dt, request.counting),
        fixed=fixed,
    )
    cure = "fewer days, or a machine with more memory"
    check_room(war, min(request.members, 2 * together(war)), cure)
    values(war, np.arange(CHUNK))
    return war


def _days(scenario: Scenario, until: date | None) -> int:
    """Days of a war that ends on a day, the scenario's last if none is given."""
    if until is None:
        return scenario.names.days
    start = scenario.tables.settings.start
    last = start + min(timedelta(LONGEST_DAYS - 1), date.max - start)
    if not start <= until <= last:
        raise Refused(
            f"--until {until}: the war of {scenario.names.scenario} begins on {start} and"
            f" can be fought until {last}. Give a day between the two."
        )
    return (until - start).days + 1


def within(what: str, given: int, low: int, high: int) -> None:
    """Refuse a number that is not from `low` to `high`."""
    whole = isinstance(given, Integral) and not isinstance(given, bool)
    if not whole or not low <= given <= high:
        raise CallError(
            what, given, f"{low} to {high}", f"give a whole number from {low} to {high}"
        )


def _number(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = np.nan
    if not np.isfinite(value):
        cure = f"for example --set {name}=0.5, with a point"
        raise CallError(f"--set {name}", text, "a finite number", cure)
    return value


def bytes_kept(war: War) -> float:
    """Memory that a war takes while it is held."""
    return BYTES_KEPT * war.plan.days * war.theatre.population.shape[0]


def together(war: War) -> int:
    """Wars that are observed, written and compressed together, whatever computes them where."""
    return CHUNK * max(1, int(BYTES_TOGETHER / bytes_kept(war) / CHUNK))


def check_room(war: War, members: int, cure: str = OR_A_RUN) -> None:
    """Refuse wars that are to be held at once, so many of them, where they do not fit memory."""
    if members * bytes_kept(war) > (room := memory_to_be_had()):
        n = int(room / bytes_kept(war))
        raise CallError("members", members, f"some {n:,} with the memory at hand", cure)


def values(war: War, members: np.ndarray) -> dict[str, dict[str, np.ndarray]]:
    """Parameter values of these members."""
    tables, request = war.scenario.tables, war.request
    return draw_values(
        war.mechanisms, tables.priors, tables.parameters, war.fixed, request.seed, members,
        request.parameters,
    )  # fmt: skip


def chunks(members: int) -> list[np.ndarray]:
    """Members in the order and groups in which they are computed."""
    return [np.arange(a, min(a + CHUNK, members)) for a in range(0, members, CHUNK)]


def fight(war: War, wanted: Sequence[np.ndarray]) -> Iterator[tuple[np.ndarray, Trajectory]]:
    """Trajectories of chunks of members, in order, as NumPy arrays [member, ...].

    Chunks are computed on as many threads as there are processors; the last is padded so that
    one compiled program serves all.
    """
    fought = fight_as_drawn(war.theatre, war.mechanisms, war.plan, wanted, partial(drawn, war))
    yield from zip(wanted, fought, strict=True)


Fight = Callable[[War, Sequence[np.ndarray]], Iterator[tuple[np.ndarray, Trajectory]]]
"""`fight`, or what does the same elsewhere."""


def drawn(war: War, members: np.ndarray) -> tuple:
    """Keys [B, 2] and values [B] of these members."""
    return keys(war.request.seed, members), values(war, members)


def fight_as_drawn(
    theatre: Theatre,
    mechanisms: tuple[Mechanism, ...],
    plan: Plan,
    wanted: Sequence[np.ndarray],
    drawn: Callable[[np.ndarray], tuple],
) -> Iterator[Trajectory]:
    """The same of any wars: `drawn` gives keys, values and, where the record decides, `Given` of
    the members it is handed, [B, ...]."""
    run, abreast = compiled(theatre, mechanisms, plan), at_once(theatre, plan, device_memory())

    def several(some: Sequence[np.ndarray]) -> list[Trajectory]:
        whole = [padded(members) for members in some]
        whole += whole[-1:] * (abreast - len(some))  # so that one compiled program serves all
        wars = first(run(*drawn(np.concatenate(whole))), CHUNK * len(some))
        ends = [(CHUNK * k, CHUNK * k + len(members)) for k, members in enumerate(some)]
        return [Trajectory(*(x[a:b] for x in wars)) for a, b in ends]

    groups = (wanted[k : k + abreast] for k in range(0, len(wanted), abreast))
    threads = 1 if on_gpu() else os.cpu_count() or 1
    with ThreadPoolExecutor(threads) as pool:
        under_way = deque(pool.submit(several, some) for some in islice(groups, 2 * threads))
        try:
            while under_way:  # never far ahead of who keeps them
                yield from under_way.popleft().result()
                under_way.extend(pool.submit(several, some) for some in islice(groups, 1))
        finally:
            for waiting in under_way:
                waiting.cancel()


def at_once(theatre: Theatre, plan: Plan, room: float | None) -> int:
    """Chunks that a device with so many bytes of memory computes side by side.

    One without memory of its own, a processor, computes one: there members go one after another.
    """
    if room is None:
        return 1
    districts, posts = theatre.population.shape[0], theatre.paper.shape[0]
    lots = posts * CLASSES * ROWS * BYTES_A_SOLDIER
    a_war = lots + BYTES_OF_DICE * (posts + districts) + BYTES_KEPT * plan.days * districts
    return max(1, min(MOST_AT_ONCE, int(room / (2 * CHUNK * a_war))))


def compiled(
    theatre: Theatre, mechanisms: tuple[Mechanism, ...], plan: Plan
) -> Callable[..., Trajectory]:
    """The program that fights a chunk, for what computes here."""
    return compile_members(theatre, mechanisms, plan, side_by_side=on_gpu())


def padded(members: np.ndarray) -> np.ndarray:
    """The members of a chunk, made up to a whole one with the last."""
    return np.pad(members, (0, CHUNK - len(members)), mode="edge")


def first(wars: Trajectory, members: int) -> Trajectory:
    """The first members of a chunk that was fought, as NumPy arrays."""
    kept: Any = (np.asarray(x)[:members] for x in jax.device_get(wars))
    return Trajectory(*kept)


def join(parts: Sequence[Trajectory]) -> Trajectory:
    """One trajectory of all members."""
    joined: Any = (np.concatenate(x) for x in zip(*parts, strict=True))
    return Trajectory(*joined)


def observables(war: War, trajectory: Trajectory) -> xr.Dataset:
    """What an observer could have counted of these wars."""
    names = [m.name for m in sorted(war.mechanisms, key=lambda m: m.name)]
    settings = war.scenario.tables.settings
    return observe(
        trajectory, war.scenario.names, np.asarray(war.theatre.capital), settings.trackers, names
    )


def simulate(
    scenario: Scenario | str | PathLike[str],
    *,
    progress: Callable[[int, int], None] | None = None,
    fight: Fight = fight,
    **request: Any,
) -> Run:
    """Fight an ensemble of wars of a scenario, which may be given by name or folder.

    Keyword arguments are those of `Request`: members, seed, without, only, also, changes, until,
    dt, counting, parameters. `progress` is told (members done, members in all). `fight` may be that
    of a cluster. What a call asks for that is legal and may not be meant is a warning.

    >>> run = simulate("ring", members=2, seed=1)  # doctest: +SKIP
    """
    war = prepare(loaded(scenario), Request(**request))
    for said in remarks(war):
        warnings.warn(said, stacklevel=2)
    return ensemble(war, progress, fight)


def loaded(scenario: Scenario | str | PathLike[str]) -> Scenario:
    """A scenario that is at hand, or the one of this name or folder."""
    return scenario if isinstance(scenario, Scenario) else load(scenario)


def ensemble(
    war: War, progress: Callable[[int, int], None] | None = None, fight: Fight = fight
) -> Run:
    """The same of a war that is ready: all of its members, in memory."""
    asked, parts = war.request, []
    check_room(war, asked.members)
    for members, trajectory in fight(war, chunks(asked.members)):
        parts.append(trajectory)
        if progress is not None:
            progress(int(members[-1]) + 1, asked.members)
    return Run(war.scenario, asked, observables(war, join(parts)))
