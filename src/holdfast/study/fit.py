"""Fitting: the joint posterior of all strengths, conditioned on the record day by day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import jax.numpy as jnp
import numpy as np

from holdfast.engine.given import Replayed, replay
from holdfast.engine.run import keys
from holdfast.infer import Draws, Sampler
from holdfast.study.evidence import Evidence, imputed
from holdfast.study.own_war import FreeWars
from holdfast.study.posterior import Data, Model
from holdfast.study.scenario import Scenario
from holdfast.vocabulary.state import Given

PASSES = 4
"""Times that the path is replayed at the middle of the posterior found so far."""

REPLAYS = 8
"""Wars that a path is the mean of: each with its own dice and its own days where none is known."""

EVERY = 3
"""Days between the points of a path."""


@dataclass(frozen=True)
class Effort:
    """How much a fit may cost."""

    chains: int
    warmup: int
    draws: int


EFFORTS = {"full": Effort(4, 400, 500), "quick": Effort(2, 150, 150)}


@dataclass(frozen=True)
class Fit:
    """A posterior and what it was made from."""

    scenario: Scenario
    model: Model
    known_on: date
    found: Evidence
    chains: tuple[Draws, ...]
    path: Replayed
    middle: np.ndarray
    free: FreeWars | None = None  # its free wars beside the record; None until they are fought

    @property
    def z(self) -> np.ndarray:
        """All draws, [draws, free] in standard deviations of the prior."""
        return np.concatenate([chain.z for chain in self.chains])


def settle(
    model: Model,
    sampler: Sampler,
    found: Evidence,
    seed: int,
    days: int,
    tell: Callable[[str], None] = lambda stage: None,
    passes: int = PASSES,
) -> tuple[Replayed, np.ndarray]:
    """The path and the most likely draw, each found at the other by turns."""
    middle = np.zeros(len(model.free))
    for number in range(passes):
        tell(f"pass {number + 1} of {passes}")
        path = path_at(model, found, middle, seed, days)
        middle = sampler.middle(middle, path, Data.of(found))
    return path_at(model, found, middle, seed, days), middle


def path_at(model: Model, found: Evidence, z: np.ndarray, seed: int, days: int) -> Replayed:
    """The recorded war replayed at the draw `z`."""
    values = model.many(np.tile(z, (REPLAYS, 1)))
    rng = np.random.default_rng(seed)
    own, shared = (float(values["ground"][f"spread_{of}"][0]) for of in ("district", "province"))
    alike = rng.standard_normal((REPLAYS, len(model.theatre.province_key)))
    resolves = own * rng.standard_normal((REPLAYS, len(found.dated.by)))
    resolves = resolves + shared * alike[:, np.asarray(model.theatre.province)]
    given = stack([imputed(found.dated, found.until, days, one, rng) for one in resolves])
    return replay(model.theatre, model.mechanisms, values, keys(seed, np.arange(REPLAYS)), given,
                  EVERY)  # fmt: skip


def stack(wars: list[Given]) -> Given:
    """What the record decides in each of several wars, [B, ...]."""
    return Given(*(jnp.asarray(np.stack(x)) for x in zip(*wars, strict=True)))


@dataclass(frozen=True)
class Chains:
    """What every chain of a fit is drawn from."""

    model: Model
    effort: Effort
    seed: int
    middle: np.ndarray
    path: Replayed
    record: Data


def draw_in_turn(
    chains: Chains, numbers: Sequence[int], tell: Callable[[str], None] = lambda stage: None
) -> Iterator[tuple[int, Draws]]:
    """Chains of these numbers, one after another; what a chain is depends on no other."""
    model, effort = chains.model, chains.effort
    sampler = Sampler(model.log_likelihood, len(model.free), effort.warmup, effort.draws)
    for number in numbers:
        tell(f"chain {number + 1} of {effort.chains}")
        yield number, sampler.draw(chains.seed + number, chains.middle, chains.path, chains.record)


Draw = Callable[[Chains, Sequence[int], Callable[[str], None]], Iterator[tuple[int, Draws]]]
"""`draw_in_turn`, or what does the same elsewhere, in any order."""
