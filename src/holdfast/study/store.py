"""A run on disk: a manifest, parts of members, and what is made of them when all are there.

A part is written beside its place and moved there when it is whole, with a checksum in its name
of the run and of its content; so a run that is killed at any moment holds only whole parts of its
own, and `resume` computes the others. What is made from parts does not depend on when they were
computed.
"""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numcodecs import Zstd

from holdfast.study.draws import check_set, fingerprint_of
from holdfast.study.errors import CallError
from holdfast.study.keep import digest, digest_of, fresh, write_whole
from holdfast.study.label import label_of
from holdfast.study.manifest import (
    FILES,
    SEAL,
    altered,
    check_seal,
    check_versions,
    made_with,
    read_sealed,
    write_sealed,
)
from holdfast.study.scenario import load, where_from
from holdfast.study.simulate import Fight, Request, War, chunks, fight, prepare
from holdfast.study.stamp import check_begun_alike, stamp
from holdfast.vocabulary.types import Trajectory

MANIFEST = "manifest.json"
PARTS = "parts"
FORMAT = 5
"""Of a run's parts and data; 5 since its manifest says what its set of parameters is, and all that
decides how numbers are rounded."""

PART = ".npz.zst"
COMPRESSION = Zstd(1)
"""Of parts: to a quarter, of 107 days and 422 districts 220 kB a war."""

BYTES_ON_DISK = 7.0
"""Of each day, district and member, parts and data together: 311 kB of a war of 107 days and 422
districts, measured on 100 of them."""

KINDS: dict[str, tuple[type, ...]] = {
    "format": (int,), "holdfast": (str,), "jax": (str,), "scenario": (str,),
    "scenario_folder": (str,), "scenario_fingerprint": (str,), "request": (dict,), "stamp": (dict,),
    "parameters": (str,), "label": (str,), "mechanisms": (list,), "days": (int,),
    "dt": (int, float), "device": (str,), "machines": (str,), "started": (str,),
    "complete": (bool,), "sources": (list,), "elapsed_s": (int, float), FILES: (dict,),
    SEAL: (str,),
}  # fmt: skip
"""Keys of a manifest."""

DECIDING = (
    "holdfast", "jax", "scenario_fingerprint", "request", "parameters", "mechanisms", "days", "dt",
    "device", "stamp",
)  # fmt: skip
"""Keys that tell the parts of one run from those of another."""

OR_RESUME = "or go on with it: holdfast run --resume DIR"
BEGUN_WITH = "start a new run, or bring back what it was begun with"


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
        """What was asked for; a manifest that says it in another way is refused."""
        try:
            return Request.from_dict(self.manifest["request"])
        except ValueError as e:
            raise altered(self.path / MANIFEST, "a request as it was written", f"{e}: ") from e


def check_disk(war: War, path: Path) -> None:
    """Refuse a run that the disk of a folder has no room for."""
    a_war = BYTES_ON_DISK * war.plan.days * len(war.scenario.names.districts)
    free = shutil.disk_usage(path).free
    if a_war * war.request.members > free:
        allowed = f"some {int(free / a_war):,} with the {free / 1e6:,.1f} MB free at {path}"
        cure = "fewer, or --out on a disk with more room"
        raise CallError("members", war.request.members, allowed, cure)


def new_folder(war: War, where: Path | None, device: str, machines: str = "") -> Folder:
    """Make the folder of a run, `runs/<scenario>-<stamp>` unless told; writes the manifest."""
    now = datetime.now(UTC)
    name = war.scenario.names.scenario
    path = fresh(where, "runs", name, OR_RESUME)
    path.mkdir(parents=True, exist_ok=True)
    tables = war.scenario.tables
    manifest = {
        "format": FORMAT,
        **made_with(),
        "stamp": stamp(),
        "scenario": name,
        "scenario_folder": where_from(war.scenario),
        "scenario_fingerprint": tables.fingerprint,
        "request": war.request.as_dict(),
        "parameters": fingerprint_of(war.request.parameters),
        "label": label_of(war.request, war.scenario).whole,
        "mechanisms": [m.name for m in war.mechanisms],
        "days": war.plan.days,
        "dt": war.plan.dt,
        "device": device,
        "machines": machines,
        "started": now.isoformat(timespec="seconds"),
        "complete": False,
        "sources": sorted({s for m in war.mechanisms for s in m.claim.sources}),
        "elapsed_s": 0.0,
        FILES: {},
    }
    return Folder(path, write_sealed(path / MANIFEST, manifest))


def open_folder(path: Path) -> Folder:
    """The run in a folder; a folder that holds none, or one of another format, is refused."""
    return Folder(path, read_sealed(path / MANIFEST, FORMAT, KINDS, "holdfast run"))


def check_begun_here(folder: Folder, device: str) -> None:
    """Refuse to go on with a run where its other members might be computed otherwise."""
    check_versions(folder.path, folder.manifest)
    check_begun_alike(f"run {folder.path}", folder.manifest["stamp"], BEGUN_WITH)
    _same(folder, "device", device)


def reopen(folder: Folder) -> War:
    """The war of a run, made ready again; refused if manifest or scenario have changed since."""
    check_seal(folder.path / MANIFEST, folder.manifest)
    check_set(folder.request.parameters)
    _same(folder, "parameters", fingerprint_of(folder.request.parameters))
    scenario = load(folder.manifest["scenario_folder"])
    _same(folder, "scenario_fingerprint", scenario.tables.fingerprint)
    war = prepare(scenario, folder.request)
    _same(folder, "mechanisms", [m.name for m in war.mechanisms])
    return war


def _same(folder: Folder, key: str, now: object) -> None:
    then = folder.manifest[key]
    if then != now:
        what = key.removesuffix("_fingerprint")
        allowed = f"as when it began: {then}"
        raise CallError(f"{what} of {folder.path}", now, allowed, BEGUN_WITH)


def compute(
    folder: Folder,
    war: War,
    progress: Callable[[int, int], None] | None = None,
    fight: Fight = fight,
) -> Iterator[Trajectory]:
    """Every chunk's trajectory, in order: parts on disk are read, the others computed and kept."""
    wanted = chunks(war.request.members)
    there = _parts(folder, wanted)
    left = [members for members in wanted if int(members[0]) not in there]
    n_done = war.request.members - sum(map(len, left))
    if progress is not None:
        progress(n_done, war.request.members)
    fought = fight(war, left) if left else iter(())
    for members in wanted:
        part = there.get(int(members[0]))
        if part is not None:
            yield _read_part(folder, part)
            continue
        _, trajectory = next(fought)
        _write_part(folder, members, trajectory)
        n_done += len(members)
        if progress is not None:
            progress(n_done, war.request.members)
        yield trajectory


def finish(folder: Folder, elapsed_s: float, names: Iterable[str]) -> Folder:
    """Mark a run as complete, once the files of these names, made from its parts, are whole."""
    files = {name: digest_of(folder.path / name) for name in names}
    manifest = {**folder.manifest, "complete": True, "elapsed_s": round(elapsed_s, 3), FILES: files}
    made = Folder(folder.path, write_sealed(folder.path / MANIFEST, manifest))
    drop_parts(made)
    return made


def drop_parts(folder: Folder) -> None:
    """Take away the parts of a complete run, which nothing needs any more."""
    shutil.rmtree(folder.path / PARTS, ignore_errors=True)


def _part_name(members: np.ndarray) -> str:
    return f"members-{members[0]:07d}-{members[-1]:07d}"


def _checksum(folder: Folder, data: bytes) -> str:
    """Of a part, bound to what decides its run: a part of another run does not fit."""
    run = {key: folder.manifest[key] for key in DECIDING}
    return digest(json.dumps(run, sort_keys=True).encode(), data)[:16]


def _write_part(folder: Folder, members: np.ndarray, trajectory: Trajectory) -> None:
    buffer = io.BytesIO()
    np.savez(buffer, **trajectory._asdict())
    data = COMPRESSION.encode(buffer.getvalue())
    name = f"{_part_name(members)}.{_checksum(folder, data)}{PART}"
    write_whole(folder.path / PARTS / name, data)


def _parts(folder: Folder, wanted: list[np.ndarray]) -> dict[int, Path]:
    """Whole parts that are there, by their first member; all have been looked into."""
    place = folder.path / PARTS
    place.mkdir(exist_ok=True)
    by_name = {path.name.split(".")[0]: path for path in place.glob(f"*{PART}")}
    found = {int(m[0]): by_name[n] for m in wanted if (n := _part_name(m)) in by_name}
    for path in found.values():
        _part_data(folder, path)
    return found


def _part_data(folder: Folder, path: Path) -> bytes:
    """The bytes of a part; refused if its checksum does not fit them."""
    data = path.read_bytes()
    if _checksum(folder, data) != path.name.split(".")[1]:
        cure = "delete it and resume: it is computed again"
        raise CallError("part of a run", path, "as it was written", cure)
    return data


def _read_part(folder: Folder, path: Path) -> Trajectory:
    with np.load(io.BytesIO(COMPRESSION.decode(_part_data(folder, path)))) as found:
        return Trajectory(**found)
