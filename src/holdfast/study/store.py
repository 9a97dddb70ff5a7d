"""A run on disk: a manifest, parts of members, and what is made of them when all are there.

A part is written beside its place and moved there when it is whole, with its checksum in its
name; so a run that is killed at any moment holds only whole parts, and `resume` computes the
others. What is made from parts does not depend on when they were computed.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from holdfast.study.draws import fingerprint_of
from holdfast.study.errors import CallError
from holdfast.study.scenario import Scenario, load
from holdfast.study.simulate import Request, War, chunks, fight, join, prepare
from holdfast.vocabulary.types import Trajectory

MANIFEST = "manifest.json"
PARTS = "parts"
FORMAT = 2
"""Of a run's parts and data; 2 since they hold the pressure of weeks and the resolve drawn."""


class RunError(RuntimeError):
    """A run folder that cannot be used as asked."""


@dataclass(frozen=True)
class Folder:
    """A run's folder and what its manifest says."""

    path: Path
    manifest: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Name of the run."""
        return self.path.name

    @property
    def request(self) -> Request:
        """What was asked for."""
        return Request.from_dict(self.manifest["request"])


def new_folder(war: War, where: Path | None, device: str) -> Folder:
    """Make the folder of a run, `runs/<scenario>-<stamp>` unless told; writes the manifest."""
    now = datetime.now(UTC)
    name = war.scenario.names.scenario
    path = fresh(where, "runs", name, "or go on with it: holdfast run --resume DIR")
    (path / PARTS).mkdir(parents=True)
    tables = war.scenario.tables
    manifest = {
        "format": FORMAT,
        "holdfast": version("holdfast"),
        "scenario": name,
        "scenario_folder": where_from(war.scenario),
        "scenario_fingerprint": tables.fingerprint,
        "request": war.request.as_dict(),
        "parameters": fingerprint_of(war.request.parameters),
        "mechanisms": [m.name for m in war.mechanisms],
        "days": war.plan.days,
        "dt": war.plan.dt,
        "device": device,
        "started": now.isoformat(timespec="seconds"),
        "complete": False,
        "sources": sorted({s for m in war.mechanisms for s in m.claim.sources}),
    }
    write_whole(path / MANIFEST, json.dumps(manifest, indent=1).encode())
    return Folder(path, manifest)


def fresh(where: Path | None, kind: str, name: str, cure: str) -> Path:
    """A path for a new folder, `kind/name-stamp` unless told; refuses one with something in it."""
    path = where or Path(kind) / f"{name}-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        cure = f"name another folder, {cure}"
        raise CallError("--out", path, "a folder that does not exist or is empty", cure)
    return path


def where_from(scenario: Scenario) -> str:
    """What `load` finds a scenario by again: its name, or its folder if it was brought along."""
    folder = scenario.tables.folder
    return str(folder) if _is_brought(folder) else scenario.names.scenario


def _is_brought(folder: Path) -> bool:
    return "scenarios" not in folder.parts[-2:-1]


def open_folder(path: Path) -> Folder:
    """The run in a folder; a folder that holds none, or one of another format, is refused."""
    try:
        manifest = json.loads((path / MANIFEST).read_text("utf-8"))
        found = manifest["format"]
    except (OSError, ValueError, KeyError, TypeError) as e:
        cure = "check the path; runs are kept under runs/ unless told otherwise"
        raise CallError("run", path, "a folder written by `holdfast run`", cure) from e
    if found != FORMAT:
        raise CallError(
            "run", path, f"format {FORMAT}", f"it has format {found}: use the version that wrote it"
        )
    return Folder(path, manifest)


def reopen(folder: Folder) -> War:
    """The war of a run, made ready again; refused if scenario or program have changed since."""
    war = prepare(load(folder.manifest["scenario_folder"]), folder.request)
    for what, then, now in (
        ("scenario", folder.manifest["scenario_fingerprint"], war.scenario.tables.fingerprint),
        ("parameters", folder.manifest["parameters"], fingerprint_of(folder.request.parameters)),
        ("version", folder.manifest["holdfast"], version("holdfast")),
        ("mechanisms", folder.manifest["mechanisms"], [m.name for m in war.mechanisms]),
    ):
        if then != now:
            cure = "start a new run, or bring back the files it was begun with"
            raise CallError(f"{what} of {folder.path}", now, f"as when it began: {then}", cure)
    return war


def compute(
    folder: Folder, war: War, progress: Callable[[int, int], None] | None = None
) -> Trajectory:
    """Every member's trajectory: parts on disk are read, the others computed and kept."""
    wanted = chunks(war.request.members)
    done = {int(m[0]): t for m, t in _read_parts(folder, wanted)}
    left = [members for members in wanted if int(members[0]) not in done]
    n_done = war.request.members - sum(map(len, left))
    if progress is not None:
        progress(n_done, war.request.members)
    if left:
        for members, trajectory in fight(war, left):
            _write_part(folder, members, trajectory)
            done[int(members[0])] = trajectory
            n_done += len(members)
            if progress is not None:
                progress(n_done, war.request.members)
    return join([done[int(members[0])] for members in wanted])


def finish(folder: Folder, elapsed_s: float) -> Folder:
    """Mark a run as complete, once everything made from its parts has been written."""
    manifest = {**folder.manifest, "complete": True, "elapsed_s": round(elapsed_s, 3)}
    write_whole(folder.path / MANIFEST, json.dumps(manifest, indent=1).encode())
    shutil.rmtree(folder.path / PARTS, ignore_errors=True)
    return Folder(folder.path, manifest)


def _part_name(members: np.ndarray) -> str:
    return f"members-{members[0]:07d}-{members[-1]:07d}"


def _write_part(folder: Folder, members: np.ndarray, trajectory: Trajectory) -> None:
    buffer = io.BytesIO()
    np.savez(buffer, **trajectory._asdict())
    data = buffer.getvalue()
    digest = hashlib.sha256(data).hexdigest()[:16]
    write_whole(folder.path / PARTS / f"{_part_name(members)}.{digest}.npz", data)


def _read_parts(
    folder: Folder, wanted: list[np.ndarray]
) -> Iterator[tuple[np.ndarray, Trajectory]]:
    """Whole parts that are there; one whose checksum does not fit its content is refused."""
    place = folder.path / PARTS
    place.mkdir(exist_ok=True)
    for members in wanted:
        for path in place.glob(f"{_part_name(members)}.*.npz"):
            data = path.read_bytes()
            if hashlib.sha256(data).hexdigest()[:16] != path.name.split(".")[1]:
                cure = "delete it and resume: it is computed again"
                raise CallError("part of a run", path, "as it was written", cure)
            with np.load(io.BytesIO(data)) as found:
                yield members, Trajectory(**found)
            break


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
