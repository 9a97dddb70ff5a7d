"""The manifest of a fit: what it was made from, how it does on its own war, its files' digests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from holdfast.study.manifest import FILES, SEAL, read_sealed

MANIFEST = "fit.json"
FORMAT = 3
"""Of a fit's files; 3 since its manifest says whether the fit makes its own war."""

FREE = "free_wars"
"""Key of what the free wars of the fit are beside the record; empty until they were simulated."""

KINDS: dict[str, tuple[type, ...]] = {
    "format": (int,), "holdfast": (str,), "jax": (str,), "device": (str,), "scenario": (str,),
    "fingerprint": (str,), "known_on": (str,), "effort": (str,), "seed": (int,),
    "without": (list,), FREE: (dict,), FILES: (dict,), SEAL: (str,),
}  # fmt: skip
"""Keys of a manifest."""


def read_manifest(folder: Path) -> dict[str, Any]:
    """What the manifest of a fit says; refused unless it is one of this layout."""
    return read_sealed(folder / MANIFEST, FORMAT, KINDS, "holdfast fit")
