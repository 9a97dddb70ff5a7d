"""The mechanisms at hand and every parameter the program knows."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module

from holdfast import mechanisms as folder
from holdfast.engine.ground import GROUND
from holdfast.records.problems import nearest
from holdfast.study.errors import CallError, Refused
from holdfast.vocabulary.types import Mechanism, Parameter


@cache
def catalogue() -> Mapping[str, Mechanism]:
    """Every mechanism in the folder, by name."""
    names = sorted(m.name for m in pkgutil.iter_modules(folder.__path__))
    return {name: Mechanism.of(import_module(f"{folder.__name__}.{name}")) for name in names}


def choose(
    listed: Iterable[str] = (),
    without: Iterable[str] = (),
    only: Iterable[str] = (),
    also: Iterable[str] = (),
) -> tuple[Mechanism, ...]:
    """Mechanisms of a war: those listed (every one there is, if none is) and `also`, less
    `without`; or, of those listed, `only` these. A name that would change nothing is refused."""
    known = catalogue()
    in_use, without, only, also = [*listed] or list(known), [*without], [*only], [*also]
    for name in (*in_use, *without, *only, *also):
        if name not in known:
            raise CallError("mechanism", name, ", ".join(known), nearest(name, known))
    if only and (without or also):
        other = "left out with --without" if without else "added with --with"
        raise Refused(
            f"With --only nothing else is in use, so nothing can be {other}. Leave one"
            " of the two options away."
        )
    for name in also:
        if name in without:
            raise Refused(
                f"{name} cannot both be added and left out. Leave --with {name} or"
                f" --without {name} away."
            )
        if name in in_use:
            raise Refused(
                f"{name} is in use already, so --with {name} would change nothing. Leave it away."
            )
    for option, names in (("--without", without), ("--only", only)):
        for name in names:
            if name not in in_use:
                raise Refused(_not_in_use(option, name, in_use))
    kept = set(only) or {*in_use, *also} - set(without)
    return tuple(known[name] for name in sorted(kept))


def apart(listed: Iterable[str], names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What `choose` has to leave out and to add so that just these names are in use."""
    in_use, wanted = set(listed) or set(catalogue()), set(names)
    return tuple(sorted(in_use - wanted)), tuple(sorted(wanted - in_use))


def _not_in_use(option: str, name: str, in_use: Iterable[str]) -> str:
    cure = {
        "--without": "and cannot be left out",
        "--only": f"and cannot be kept; --with {name} adds it",
    }
    said = ", ".join(sorted(in_use))
    return f"{name} is not in use in this scenario {cure[option]}. In use are: {said}."


def parameters(chosen: Iterable[Mechanism]) -> dict[str, Parameter]:
    """Every parameter of the ground and of the mechanisms chosen, as `owner.name`."""
    found = {f"ground.{name}": p for name, p in GROUND.items()}
    for m in chosen:
        found |= {f"{m.name}.{name}": p for name, p in m.claim.parameters.items()}
    return found
