"""What a worker of a cluster does: it says what it is, fights chunks of a war, draws chains.

Everything travels as data, so a worker needs the program and no shared disk. A war's theatre
reaches it once; mechanisms travel as names, so that one compiled program serves every chunk.
"""

from __future__ import annotations

import pickle
import platform
import signal
from typing import Any, NamedTuple

from holdfast.engine.run import Plan
from holdfast.infer import Draws
from holdfast.study.catalogue import catalogue
from holdfast.study.errors import ClusterError
from holdfast.study.fit import Chains, draw_in_turn
from holdfast.study.machine import device, processor
from holdfast.study.simulate import compiled, first
from holdfast.study.stamp import Stamp, differences, stamp
from holdfast.vocabulary.types import Theatre, Trajectory


def dask_setup(worker: object) -> None:
    """Called by Dask in a process started here: a terminal sends it Ctrl-C too, which is meant for
    whoever started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class Ground(NamedTuple):
    """Where and how a war is fought, as it travels."""

    theatre: Theatre
    mechanisms: tuple[str, ...]
    plan: Plan


class Told(NamedTuple):
    """What a machine says of itself."""

    stamp: Stamp
    host: str
    device: str
    processor: str


def about() -> Told:
    """What this machine is."""
    return Told(stamp(), platform.node(), device(), processor())


def unpacked(data: bytes) -> Any:
    """What was packed to travel."""
    return pickle.loads(data)


def fight_chunk(ground: Ground, asked: Stamp, drawn: tuple, members: int) -> Trajectory:
    """The first members of a chunk, as drawn; compiled by the first chunk of its kind here."""
    _refuse_another(asked)
    mechanisms = tuple(catalogue()[name] for name in ground.mechanisms)
    return first(compiled(ground.theatre, mechanisms, ground.plan)(*drawn), members)


def draw_chain(chains: Chains, asked: Stamp, number: int) -> Draws:
    """One chain of a fit."""
    _refuse_another(asked)
    return next(draw_in_turn(chains, [number]))[1]


def _refuse_another(asked: Stamp) -> None:
    """Workers may join at any time: each compares itself with who asks."""
    other = differences(asked, stamp())
    if other:
        cure = "install there what is installed here"
        raise ClusterError(f"a worker that joined at {platform.node()} has {other}; {cure}")
