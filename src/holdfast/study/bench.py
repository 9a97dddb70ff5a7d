"""How fast the engine is here: soldier-steps a second on a synthetic army of any size."""

from __future__ import annotations

import re
import resource
import time
from dataclasses import dataclass
from functools import cache

import jax
import jax.numpy as jnp
import numpy as np

from holdfast.engine.run import Plan, compile_members, keys
from holdfast.engine.soldiers import CLASSES, ROWS
from holdfast.records.problems import nearest
from holdfast.study.catalogue import catalogue, parameters
from holdfast.study.errors import CallError
from holdfast.study.machine import device
from holdfast.study.simulate import BYTES_A_SOLDIER, LONGEST_DAYS, within
from holdfast.theatre.synthetic import synthetic
from holdfast.vocabulary.priors import median
from holdfast.vocabulary.types import Theatre

MOST_SOLDIERS = 1_400_000_000
"""Counts of a district are int32 and everyone may come to stand in one; those of the nation are
uint32 and every man may withdraw three times, to his province, his corps and the capital."""

MOST_REPEATS = 10_000


@dataclass(frozen=True)
class Speed:
    """What a bench measured; seconds are medians over the repeats."""

    device: str
    soldiers: int
    days: int
    first_s: float
    seconds: float
    soldier_steps_a_second: float
    peak_memory_bytes: int
    fill: float
    bytes_a_second: float
    bytes_a_soldier: int = BYTES_A_SOLDIER

    @property
    def limit(self) -> float:
        """Soldier-steps a second of a program that only reads the lots, as fast as memory gives."""
        return self.bytes_a_second / self.bytes_a_soldier


def sizes(text: str) -> list[int]:
    """Numbers of soldiers written as `1e5,1e7`."""
    parts = [part.strip() for part in text.split(",")]
    if not all(re.fullmatch(r"\d+(\.\d+)?[eE]\+?\d{1,2}|-?\d+", part) for part in parts):
        allowed = "whole numbers joined by commas"
        raise CallError("soldiers", text, allowed, "for example 1e5,1e7")
    found = [int(float(part)) for part in parts]
    for soldiers in found:
        if not 1 <= soldiers <= MOST_SOLDIERS:
            raise CallError("soldiers", soldiers, f"1 to {MOST_SOLDIERS:,}", "for example 1e6")
    return found


def bench(soldiers: int = 300_000, days: int = 100, repeats: int = 5, only: str = "") -> Speed:
    """Time a synthetic army with all mechanisms, or `only` those named, at prior medians.

    `fill` is the share of places in posts that men on the roll take.
    """
    sizes(str(soldiers))
    within("days", days, 1, LONGEST_DAYS)
    within("repeats", repeats, 1, MOST_REPEATS)
    names = [name for name in only.split(",") if name] or list(catalogue())
    for name in names:
        if name not in catalogue():
            raise CallError("mechanism", name, ", ".join(catalogue()), nearest(name, catalogue()))
    theatre, _ = synthetic(soldiers, days=days)
    mechanisms = [catalogue()[name] for name in names]
    values: dict[str, dict[str, np.ndarray]] = {m.name: {} for m in mechanisms} | {"ground": {}}
    for name, p in parameters(mechanisms).items():
        owner, short = name.split(".", 1)
        values[owner][short] = np.asarray([0.0 if name == "ground.ghosts" else median(p.prior)],
                                          np.float32)  # fmt: skip
    run = compile_members(theatre, mechanisms, Plan(days, reasons=False), side_by_side=False)

    def once() -> float:
        started = time.perf_counter()
        jax.block_until_ready(run(keys(1, np.arange(1)), values))
        return time.perf_counter() - started

    first = once()
    seconds = float(np.median([once() for _ in range(repeats)]))
    return Speed(
        device=device(),
        soldiers=soldiers,
        days=days,
        first_s=first,
        seconds=seconds,
        soldier_steps_a_second=soldiers * days / seconds,
        peak_memory_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        fill=fill(theatre),
        bytes_a_second=bandwidth(),
    )


@cache
def bandwidth(size: int = 1 << 27, tries: int = 7) -> float:
    """Bytes a second that the device reads in a sum over an array of `size` bytes: the best try."""
    array, total = jnp.ones(size // 4, jnp.int32), jax.jit(jnp.sum)
    total(array).block_until_ready()
    taken = []
    for _ in range(tries):
        started = time.perf_counter()
        total(array).block_until_ready()
        taken.append(time.perf_counter() - started)
    return size / min(taken)


def fill(theatre: Theatre) -> float:
    """Share of the places in posts that men on the roll take."""
    return float(np.asarray(theatre.paper, np.int64).sum() / (theatre.paper.size * CLASSES * ROWS))
