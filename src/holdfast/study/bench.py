"""How fast the engine is here: soldier-steps a second on a synthetic army of any size."""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass

import jax
import numpy as np

from holdfast.engine.run import Plan, compile_members, keys
from holdfast.engine.soldiers import CLASSES, ROWS
from holdfast.records.problems import nearest
from holdfast.study.catalogue import catalogue, parameters
from holdfast.study.errors import CallError
from holdfast.study.publish import device
from holdfast.theatre.synthetic import synthetic
from holdfast.vocabulary.priors import median
from holdfast.vocabulary.types import Theatre

BYTES_A_SOLDIER = 6
"""Lots read for a soldier in a step: three of 16 bits."""


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


def bench(soldiers: int = 300_000, days: int = 100, repeats: int = 5, only: str = "") -> Speed:
    """Time a synthetic army with all mechanisms, or `only` those named, at prior medians.

    `fill` is the share of places in posts that men on the roll take.
    """
    if not 1 <= soldiers <= 4_000_000_000:
        raise CallError("soldiers", soldiers, "1 to 4,000,000,000", "for example 1e6")
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
    )


def fill(theatre: Theatre) -> float:
    """Share of the places in posts that men on the roll take."""
    return float(np.asarray(theatre.paper, np.int64).sum() / (theatre.paper.size * CLASSES * ROWS))
