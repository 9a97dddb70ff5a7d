"""What decides numbers to the last bit here: versions, the program's own files, how JAX was set."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path

from holdfast import vocabulary
from holdfast.study.errors import CallError
from holdfast.vocabulary.rounding import FLAGS, SETTINGS, flags, settings

DECIDES = (
    "vocabulary", "theatre", "mechanisms", "engine", "infer", "observe", "records/tables.py",
    "study/simulate.py", "study/draws.py", "study/scenario.py", "study/evidence.py",
    "study/posterior.py", "study/fit.py",
)  # fmt: skip
"""Files and folders of the program that decide the numbers of runs and fits."""

LIBRARIES = ("holdfast", "jax", "jaxlib", "numpy", "scipy", "numpyro")

Stamp = Mapping[str, str]
"""What must be the same for the same bits, {what: which}."""


def stamp() -> Stamp:
    """What must be as it is here for the same bits."""
    return {
        "python": ".".join(platform.python_version_tuple()[:2]),
        **{name: version(name) for name in LIBRARIES},
        "files of holdfast": _files(),
        FLAGS: flags(os.environ),
        "settings of JAX": " ".join(f"{name}={value}" for name, value in settings().items()),
    }


@cache
def _files() -> str:
    """A digest of the program's own files that decide numbers: a version may be worked on."""
    root = Path(next(iter(vocabulary.__path__))).parent
    named = [root / name for name in DECIDES]
    files = sorted(f for n in named for f in (n.rglob("*.py") if n.is_dir() else [n]))
    found = hashlib.sha256()
    for file in files:
        found.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes())
    return found.hexdigest()[:12]


def differences(here: Stamp, there: Stamp) -> str:
    """What another machine, or time, has that is not as it is here, in words; empty if nothing."""
    return ", ".join(
        f"{what} {there.get(what) or 'none'} (here {which or 'none'})"
        for what, which in here.items()
        if there.get(what) != which
    )


def check_rounding() -> None:
    """Refuse to compute where JAX is set to round or draw otherwise than it is tested to."""
    found = flags(os.environ)
    if found:
        cure = f"take it out, or unset {FLAGS}: with it the same call may give other numbers"
        raise CallError(FLAGS, found, "flags that change no number", cure)
    for name, value in settings().items():
        cure = f"unset {name.upper()}, or jax.config.update({name!r}, {SETTINGS[name]!r})"
        raise CallError(f"setting {name} of JAX", value, f"{SETTINGS[name]}, as tested", cure)


def check_begun_alike(what: str, begun: Stamp, cure: str) -> None:
    """Refuse to go on with what was begun where numbers may have come out otherwise."""
    other = differences(stamp(), begun)
    if other:
        raise CallError(what, f"begun with {other}", "what computes as when it began", cure)
