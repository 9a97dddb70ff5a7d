"""What a worker of a cluster does: it says what it is, fights chunks of a war, draws chains.

Everything travels as data, so a worker needs the program and no shared disk. A war's theatre
reaches it once; mechanisms travel as names, so that one compiled program serves every chunk.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import platform
import signal
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import jax

from holdfast import vocabulary
from holdfast.engine.run import Plan
from holdfast.infer import Draws
from holdfast.study.catalogue import catalogue
from holdfast.study.errors import ClusterError
from holdfast.study.fit import Chains, draw_in_turn
from holdfast.study.machine import device, processor
from holdfast.study.simulate import compiled, first
from holdfast.vocabulary.types import Theatre, Trajectory

DECIDES = ("vocabulary", "mechanisms", "engine", "infer", "study/posterior.py", "study/fit.py")
"""What decides the numbers that a worker gives."""

LIBRARIES = ("holdfast", "jax", "jaxlib", "numpy", "numpyro")

Stamp = Mapping[str, str]
"""What must be the same on every machine for the same bits, {what: which}."""


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


@cache
def stamp() -> Stamp:
    """What must be the same as here for the same bits."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {
        "python": python,
        **{name: version(name) for name in LIBRARIES},
        "files of holdfast": _code(),
        "XLA_FLAGS": os.environ.get("XLA_FLAGS", ""),
        "JAX_ENABLE_X64": str(jax.config.read("jax_enable_x64")),
    }


def _code() -> str:
    """A digest of the program's own files that decide numbers: a version may be worked on."""
    root = Path(next(iter(vocabulary.__path__))).parent
    named = [root / name for name in DECIDES]
    files = sorted(f for n in named for f in (n.rglob("*.py") if n.is_dir() else [n]))
    found = hashlib.sha256()
    for file in files:
        found.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes())
    return found.hexdigest()[:12]


def differences(here: Stamp, there: Stamp) -> str:
    """What another machine has that is not as it is here, in words; empty if nothing."""
    return ", ".join(
        f"{what} {there.get(what) or 'none'} (here {which or 'none'})"
        for what, which in here.items()
        if there.get(what) != which
    )


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
