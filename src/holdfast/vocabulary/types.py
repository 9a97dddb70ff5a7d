"""The values that cross rooms: theatre, state, scene, claims, trajectory.

Arrays carry their axes in brackets: D districts, P posts, K resolve classes, W men of a class
in a post, N contacts, V provinces, C corps, T steps, F fates, M mechanisms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from holdfast.vocabulary.once import once
from holdfast.vocabulary.priors import Prior
from holdfast.vocabulary.words import FACTS, Field, Level, Option, Verb

MOST_MEN_IN_A_POST = 40
"""Larger garrisons are several posts. A multiple of four, the resolve classes of a post."""

Values = Mapping[str, Array]
Pressure = Mapping[Option | Verb, tuple[Level, Array]]
Memory = Mapping[str, Array]


@dataclass(frozen=True)
class Parameter:
    """A number the program does not know: its prior, unit, meaning and why the prior is so.

    `mark` says how the prior came about: S seen in a source, M well known but not checked,
    J judgement. `within` are the ends of what it may be, where the ends of its prior mean nothing.
    """

    prior: Prior
    unit: str
    meaning: str
    mark: str = "J"
    reason: str = ""
    within: tuple[float, float] | None = None


@dataclass(frozen=True)
class Claim:
    """What a mechanism says, what would prove it wrong, and what it reads and presses.

    `opens` names the doors and verbs that exist only because of this mechanism. `followed` is what
    came afterwards in the record, shown wherever the explanation is.
    """

    says: str
    wrong_if: str
    claims: tuple[str, ...]
    sources: tuple[str, ...]
    reads: tuple[str, ...]
    presses: tuple[Option | Verb, ...]
    parameters: Mapping[str, Parameter]
    opens: tuple[Option | Verb, ...] = ()
    followed: str = ""


@dataclass(frozen=True, eq=False)
class Mechanism:
    """One explanation, as read from its file. Two are the same only if they are one object."""

    name: str
    claim: Claim
    press: Callable[[Scene, Values], Pressure]
    fields: Mapping[str, Field] = field(default_factory=dict)
    begin: Callable[[Scene, Values], Memory] | None = None
    remember: Callable[[Scene, Values], Memory] | None = None

    @classmethod
    def of(cls, module: ModuleType) -> Mechanism:
        """The mechanism that a file declares."""
        return cls(
            name=module.__name__.rsplit(".", 1)[-1],
            claim=module.CLAIM,
            press=module.press,
            fields=getattr(module, "MEMORY", {}),
            begin=getattr(module, "begin", None),
            remember=getattr(module, "remember", None),
        )


class Calendar(NamedTuple):
    """Dated facts as arrays; days count from the scenario's first day, events pad with inf."""

    ally_presence: Array  # [knots, 2] day, share
    air_support: Array  # [knots, 2] day, index
    pay_arrears: Array  # [knots, 2] day, months owed in the nation
    pay_here: Array  # [events, 1 + D] day, months owed from then on in each district
    announcements: Array  # [events, 2] day, share of expected support that ends
    base_day: Array  # [D] day on which a base of the ally nearby is handed over
    appointments: Array  # [events, D] day on which chiefs are replaced there, inf if not
    replaced_share: Array  # [events] part of those chiefs who are replaced
    appointment_key: Array  # [events] uint32 address of the dice of each
    order_day: Array  # [] order to pull back
    capitals_day: Array  # [] insurgents turn on capitals
    ceasefires: Array  # [events, 2] first day, day after the last
    breaches: Array  # [events, 3] day, district, captives killed
    breach_news: Array  # [events, 2] day, captives killed


class Theatre(NamedTuple):
    """A war's ground as arrays: what does not change while it is fought."""

    district_key: Array  # [D] uint32 address of its dice
    population: Array  # [D] people
    capital: Array  # [D] 1 for the seat of a province
    national_capital: Array  # [] row of the seat of government
    province: Array  # [D] row of the province
    corps: Array  # [D] row of the corps
    corps_sizes: Array  # [C] districts in each corps
    province_sizes: Array  # [V] districts in each province
    province_key: Array  # [V] uint32 address of its dice
    garrison_of: Array  # [D] district its posts pull back to; itself where there is none
    neighbour: Array  # [D, N] row of each contact; itself where padded
    tie: Array  # [D, N] share of its border; 0 where padded
    held_chance: Array  # [D] chance that insurgents held it on the first day
    contest_proxy: Array  # [D] sd, weak presence of the state before the war
    elder_proxy: Array  # [D] sd, what is known of elders' ties to the insurgents
    legitimacy: Array  # [D] sd
    media_reach: Array  # [D] share
    border_km: Array  # [D] km
    border_value: Array  # [D] -1..1
    garrison_km: Array  # [D] km
    air_km: Array  # [D] km
    insurgents: Array  # [] fighters on the first day, best figure
    post_key: Array  # [P] uint32 address of its dice
    home: Array  # [P] district in which the post starts
    paper: Array  # [P] men on the roll
    branch: Array  # [P] row in Branch
    mobile: Array  # [C, R] posts that each corps can send; -1 where padded
    calendar: Calendar


@dataclass(frozen=True)
class Names:
    """What the rows of a theatre are called, and how it is placed in time."""

    scenario: str
    title: str
    districts: tuple[str, ...]
    district_names: tuple[str, ...]
    provinces: tuple[str, ...]
    province_of: tuple[str, ...]
    corps: tuple[str, ...]
    start: np.datetime64
    days: int


class Ties(NamedTuple):
    """Averages of a district quantity over those whom news reaches."""

    neighbour: Array  # [D, N]
    tie: Array  # [D, N]
    province: Array  # [D]
    corps: Array  # [D]
    province_sizes: Array  # [V]
    corps_sizes: Array  # [C]
    place: Array | slice  # [P] district in which each post stands


class Scene:
    """What a mechanism is shown: facts by name, its own memory, and who hears whom.

    Facts are those of `words.FACTS`; each is an array of its level's shape. `dt` is the length
    of the step in days. A scene has no way to change anything.
    """

    def __init__(
        self, facts: Mapping[str, Array], ties: Ties, memory: Memory, dt: float | Array
    ) -> None:
        """Bind facts, ties, the mechanism's memory and the step's length."""
        self._facts, self._ties, self.memory, self.dt = facts, ties, memory, dt

    def __getattr__(self, name: str) -> Array:
        """The fact of that name."""
        if name.startswith("_") or name not in FACTS:
            raise AttributeError(f"'{name}' is not a fact; see holdfast.vocabulary.words.FACTS")
        return self._facts[name]

    def neighbours(self, x: Array) -> Array:
        """Border-weighted mean of `x` [D] over each district's contacts."""
        return (once(x)[self._ties.neighbour] * self._ties.tie).sum(-1)

    def provinces(self, x: Array) -> Array:
        """Mean of `x` [D] over each district's province."""
        return _group_mean(x, self._ties.province, self._ties.province_sizes)

    def corps(self, x: Array) -> Array:
        """Mean of `x` [D] over each district's corps."""
        return _group_mean(x, self._ties.corps, self._ties.corps_sizes)

    def at_posts(self, x: Array) -> Array:
        """`x` [D] as every post finds it where it stands, [P]."""
        return once(x)[self._ties.place]


def _group_mean(x: Array, group: Array, sizes: Array) -> Array:
    total = jnp.zeros(sizes.shape, x.dtype).at[group].add(x)
    return (total / sizes)[group]


def weeks(days: int) -> np.ndarray:
    """Days, from 0, that stand for weeks: every seventh from the first, and the last, [W].

    >>> weeks(10).tolist()
    [0, 7, 9]
    """
    return np.append(np.arange(0, days - 1, 7), days - 1)


class Trajectory(NamedTuple):
    """What one war did. Counts are int32 (individuals) or float32 (continuum); those of the nation
    are uint32 in place of int32."""

    held: Array  # [T, D] uint8, insurgents hold the centre
    countryside: Array  # [T, D] uint8, percent run by insurgents
    serving: Array  # [T, D] soldiers
    surrendered: Array  # [T, D] cumulative
    abroad: Array  # [T, D] cumulative
    fates: Array  # [T, F] cumulative, nation
    fighters: Array  # [T] insurgents
    fates_by_district: Array  # [D, F] at the end
    first_fall: Array  # [D] day, inf if it never fell
    manner: Array  # [D] row in Manner of the first fall, -1 if none
    n_falls: Array  # [D]
    n_retaken: Array  # [D]
    forced: Array  # [D] days on which the record, where it decides, kept it from falling
    held_at_start: Array  # [D] 0 or 1
    present: Array  # [D] soldiers present on the first day
    why: Array  # [D, M] pressure of each mechanism in the days before the first fall
    push: Array  # [W, D, M] float16, the same at the ends of `weeks`, fallen or not
    resolve: Array  # [D] logits, mean resolve that its garrison drew for the whole war
