"""The mechanisms at hand and every parameter the program knows."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module

from holdfast import mechanisms as folder
from holdfast.engine.ground import GROUND
from holdfast.records.problems import nearest
from holdfast.study.errors import CallError
from holdfast.vocabulary.types import Mechanism, Parameter


@cache
def catalogue() -> Mapping[str, Mechanism]:
    """Every mechanism in the folder, by name."""
    names = sorted(m.name for m in pkgutil.iter_modules(folder.__path__))
    return {name: Mechanism.of(import_module(f"{folder.__name__}.{name}")) for name in names}


def choose(
    listed: Iterable[str] = (), without: Iterable[str] = (), only: Iterable[str] = ()
) -> tuple[Mechanism, ...]:
    """Mechanisms of a war: those listed (all, if none), less `without`, or `only` those."""
    known = catalogue()
    names = [*listed] or list(known)
    for name in (*names, *without, *only):
        if name not in known:
            raise CallError("mechanism", name, ", ".join(known), nearest(name, known))
    if only:
        names = [name for name in names if name in set(only)]
    return tuple(known[name] for name in sorted(set(names) - set(without)))


def parameters(chosen: Iterable[Mechanism]) -> dict[str, Parameter]:
    """Every parameter of the ground and of the mechanisms chosen, as `owner.name`."""
    found = {f"ground.{name}": p for name, p in GROUND.items()}
    for m in chosen:
        found |= {f"{m.name}.{name}": p for name, p in m.claim.parameters.items()}
    return found
