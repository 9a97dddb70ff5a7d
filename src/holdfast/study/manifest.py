"""Manifests: what a folder of ours was made of, sealed, with the digests of its whole files.

A manifest that was altered since it was written is not gone on with, nor is one of another layout,
another version of the program or another version of what computes.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from holdfast.study.errors import CallError
from holdfast.study.keep import digest, digest_of, empty, write_whole

SEAL = "seal"
FILES = "files"

NO_SUCH_PLACE = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP)
"""What the system says where there can be no such file."""

LARGEST = 2.0**53
"""Of the numbers of a manifest."""

DEEPEST = 8
"""Levels of a manifest."""

Kinds = Mapping[str, tuple[type, ...]]
"""Keys that a manifest has, and what Python type each may be of."""


def made_with() -> dict[str, str]:
    """Versions that decide a result to the bit."""
    return {"holdfast": version("holdfast"), "jax": version("jax")}


def write_sealed(path: Path, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Write a manifest with its seal; returns what was written."""
    sealed = {**manifest, SEAL: _seal_of(manifest)}
    write_whole(path, json.dumps(sealed, indent=1).encode())
    return sealed


def read_sealed(path: Path, layout: int, kinds: Kinds, command: str) -> dict[str, Any]:
    """What a manifest says; refused unless it has this layout and just these keys and types.

    `command` is that which writes such folders.
    """
    wrong = command.split()[-1], path.parent
    ours = f"a folder written by `{command}`, with its {path.name}"
    try:
        if path.exists() and not path.is_file():  # reading a pipe would wait for ever
            raise altered(path, ours)
        found = json.loads(path.read_bytes(), parse_constant=_no_number)
    except OSError as e:
        if e.errno not in NO_SUCH_PLACE:
            raise
        raise CallError(*wrong, ours, _cure(path, command)) from e
    except (ValueError, RecursionError) as e:
        if isinstance(e, CallError):
            raise
        raise altered(path, ours) from e
    if not isinstance(found, dict):
        raise altered(path, ours)
    if found.get("format") != layout:
        has = found.get("format", "none")
        cure = f"it has format {has}: use the version that wrote it, or begin anew"
        raise CallError(*wrong, f"format {layout}", cure)
    for key in [*kinds, *(key for key in found if key not in kinds)]:
        kind = kinds.get(key)
        if kind is None or key not in found:
            raise altered(path, f"the keys {', '.join(kinds)}", f"{key}: ")
        if not isinstance(found[key], kind) or (isinstance(found[key], bool) and bool not in kind):
            allowed = f"{key} of type {' or '.join(k.__name__ for k in kind)}"
            raise altered(path, allowed, f"{key}: ")
    digests = found[FILES].values()
    if not _is_plain(found) or not all(isinstance(digest, str) for digest in digests):
        raise altered(path, ours)
    return found


def _is_plain(found: Any, deep: int = 0) -> bool:
    """Whether values are such as are written: few levels, no endless numbers, text that is text."""
    if isinstance(found, dict):
        return _is_plain([*found, *found.values()], deep)
    if isinstance(found, list):
        return deep < DEEPEST and all(_is_plain(one, deep + 1) for one in found)
    if isinstance(found, int | float):
        return abs(found) <= LARGEST
    return not isinstance(found, str) or _is_text(found)


def _is_text(found: str) -> bool:
    try:
        found.encode()
    except UnicodeEncodeError:  # half a character
        return False
    return "\0" not in found


def _no_number(said: str) -> float:
    raise ValueError(f"{said} is no number")


def check_versions(path: Path, manifest: Mapping[str, Any]) -> None:
    """Refuse to go on with what another version began, which might not compute the same."""
    for what, now in made_with().items():
        if manifest[what] != now:
            cure = "finish it with the version that began it, or begin anew"
            raise CallError(f"{what} of {path}", now, f"as when it began: {manifest[what]}", cure)


def check_seal(path: Path, manifest: Mapping[str, Any]) -> None:
    """Refuse a manifest that says something else than when it was written."""
    if manifest[SEAL] != _seal_of(manifest):
        raise altered(path, "as it was written")


def check_files(folder: Path, manifest: Mapping[str, Any], names: Iterable[str], cure: str) -> None:
    """Refuse files that are gone or are not as they were when they were written."""
    for name in names:
        known = manifest[FILES].get(name)
        if (
            not isinstance(known, str)
            or not (folder / name).exists()
            or digest_of(folder / name) != known
        ):
            raise CallError("file", folder / name, "as it was written", cure)


def _seal_of(manifest: Mapping[str, Any]) -> str:
    said = {key: value for key, value in manifest.items() if key != SEAL}
    return digest(json.dumps(said, sort_keys=True).encode())


def altered(path: Path, allowed: str, what: str = "") -> CallError:
    """The error of a manifest that says what was never written."""
    cure = f"{what}it is damaged or was altered: bring the file back, or begin anew"
    return CallError("manifest", path, allowed, cure)


def _cure(path: Path, command: str) -> str:
    if os.path.isdir(path.parent) and empty(path.parent):  # of a name too long: no
        return f"it was stopped before anything was kept: begin it again with {command} --out"
    return "check the path; runs are kept under runs/ and fits under fits/ unless told otherwise"
