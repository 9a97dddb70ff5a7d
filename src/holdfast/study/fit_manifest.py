"""The manifest of a fit: what it was made from, how it does on its own war, its files' digests."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from holdfast.study.fit import EFFORTS
from holdfast.study.manifest import FILES, SEAL, altered, read_sealed

MANIFEST = "fit.json"
FORMAT = 3
"""Of a fit's files; 3 since its manifest names the mechanisms in use, which the catalogue at hand
need not be when it is read again, whether the fit makes its own war, and all that decides how
numbers are rounded."""

FREE = "free_wars"
"""Key of what the free wars of the fit are beside the record; empty until they were simulated."""

KINDS: dict[str, tuple[type, ...]] = {
    "format": (int,), "holdfast": (str,), "jax": (str,), "device": (str,), "scenario": (str,),
    "fingerprint": (str,), "known_on": (str,), "effort": (str,), "seed": (int,),
    "mechanisms": (list,), "stamp": (dict,), FREE: (dict,), FILES: (dict,), SEAL: (str,),
}  # fmt: skip
"""Keys of a manifest."""


def read_manifest(folder: Path) -> dict[str, Any]:
    """What the manifest of a fit says; refused unless it is one of this layout."""
    found = read_sealed(folder / MANIFEST, FORMAT, KINDS, "holdfast fit")
    for key, is_right, allowed in (
        ("effort", lambda said: said in EFFORTS, " or ".join(EFFORTS)),
        ("seed", lambda said: 0 <= said < 2**32, "a seed from 0 to 4294967295"),
        ("known_on", _is_date, "a date such as 2021-07-31"),
        ("mechanisms", lambda said: all(isinstance(name, str) for name in said), "names"),
    ):
        if not is_right(found[key]):
            raise altered(folder / MANIFEST, f"{key}: {allowed}")
    return found


def known_on(folder: Path) -> date:
    """The day that a fit's knowledge is of."""
    return date.fromisoformat(read_manifest(folder)["known_on"])


def _is_date(said: str) -> bool:
    try:
        return bool(date.fromisoformat(said))
    except ValueError:
        return False
