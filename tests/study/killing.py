"""Runs that are killed: what is killed, when, at which stage it was, and whether it shows later."""

from __future__ import annotations

import ctypes
import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from holdfast.study.publish import DATA, REPORT, SUMMARY, TEXT, WHY
from holdfast.study.store import MANIFEST, PARTS

MEMBERS, CHUNK, UNTIL = 200, 10, "2001-02-19"
STAGES = ("begun", "parts", "data", "summary", "why", "report", "finish")
"""What a process was at when it was killed: the folder, the manifest and what comes before it
writes a part; parts; the data set; summary.csv; why.parquet; report.html and summary.txt; the
complete manifest and the removal of the parts."""

IN_CREATE = 0x100

OF_TIME = {"elapsed_s", "started", "seal"}
"""Keys of a manifest that say when, and how long the call took that completed it; and its seal."""


def run(folder: Path, *, resume: bool = False) -> list[str]:
    """The command that fights the war of these tests into a folder, or goes on with it."""
    begin = [sys.executable, "-m", "holdfast", "run"]
    if resume:
        return [*begin, "--resume", str(folder)]
    return [*begin, "ring", "--members", str(MEMBERS), "--seed", "3", "--until", UNTIL,
            "--out", str(folder)]  # fmt: skip


def compiling_once(folder: Path) -> dict[str, str]:
    """An environment in which commands share what JAX compiled."""
    return os.environ | {
        "JAX_COMPILATION_CACHE_DIR": str(folder / "compiled"),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
    }


@contextmanager
def inherited(ignored: Sequence[int] = ()) -> Iterator[None]:
    """A process begun herein heeds Ctrl-C and its like, but for those ignored.

    It has from its parent what that ignores, as a job in the background of a shell ignores Ctrl-C.
    """
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        for number in numbers:
            if number in ignored or before[number] is signal.SIG_IGN:
                signal.signal(number, signal.SIG_IGN if number in ignored else signal.SIG_DFL)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def stage(folder: Path, since: int) -> str | None:
    """What a process that began at `since` (ns) was last at; None if it has made no folder."""
    new = lambda name: (folder / name).exists() and (folder / name).stat().st_mtime_ns > since  # noqa: E731
    if not folder.exists():
        return None
    for name, next_stage in (
        (TEXT, "finish"), (WHY, "report"), (SUMMARY, "why"), (DATA, "summary"),
    ):  # fmt: skip
        if new(name):
            return next_stage
    made = [p for p in parts(folder) if p.stat().st_mtime_ns > since]
    if any(new(p.name) for p in folder.glob(f".{DATA}.*")):
        return "data"
    if made and len(parts(folder)) == MEMBERS // CHUNK:
        return "data"
    return "parts" if made or any((folder / PARTS).glob(".*")) else "begun"


def parts(folder: Path) -> list[Path]:
    """Parts of a run that are there."""
    return list((folder / PARTS).glob("[!.]*.npz.zst"))


def kill(
    command: list[str], folder: Path, env: dict[str, str], now: Callable[[int], bool], wait: float
) -> str | None:
    """Begin a command and kill it `wait` seconds after `now` is true; its stage, None if it ended.

    `now` is told when the process began, ns, and asked thousands of times a second.
    """
    since = time.time_ns()
    child = subprocess.Popen(
        command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )  # fmt: skip
    try:
        while not _true(now, since):
            if child.poll() is not None:
                return None
            time.sleep(0.0002)
        if wait:
            time.sleep(wait)
        child.send_signal(signal.SIGKILL)
    finally:
        child.kill()
        status = child.wait()
    return stage(folder, since) if status == -signal.SIGKILL else None


def _true(now: Callable[[int], bool], since: int) -> bool:
    try:
        return now(since)
    except FileNotFoundError:  # moved while it was looked at
        return False


def at_a_new_part(folder: Path, many: int) -> Callable[[int], bool]:
    """True in the moment in which a file is made among the parts for the `many`th time.

    The kernel tells it (inotify), so that the kill finds the file as it is being written.
    """
    libc, made, watch = ctypes.CDLL(None), 0, -1

    def now(since: int) -> bool:
        nonlocal made, watch
        if watch < 0:
            if not (folder / PARTS).exists():
                return False
            watch = libc.inotify_init1(os.O_CLOEXEC)
            libc.inotify_add_watch(watch, bytes(folder / PARTS), IN_CREATE)
        if not select.select([watch], [], [], 0.2)[0]:
            return False
        os.read(watch, 4096)
        made += 1
        if made < many:
            return False
        os.close(watch)
        return True

    return now


def differences(one: Path, other: Path) -> list[str]:
    """Files in which two finished runs differ, to the bit, but for what is said of time.

    Left out: in the manifest when it began, how long it took and the seal over that, and in its
    digests those of the two texts; in these, the seconds that it took and the day it was made.
    """
    names = {p.relative_to(folder).as_posix() for folder in (one, other)
             for p in folder.rglob("*") if p.is_file()}  # fmt: skip
    return sorted(n for n in names if _told(one, n) != _told(other, n))


def _told(folder: Path, name: str) -> object:
    if not (folder / name).is_file():
        return None
    data = (folder / name).read_bytes()
    if name == MANIFEST:
        said = {k: v for k, v in json.loads(data).items() if k not in OF_TIME}
        return said | {"files": {k: v for k, v in said["files"].items() if k not in (TEXT, REPORT)}}
    if name == REPORT:
        return re.sub(rb'"(seconds|made)": ?("[-0-9]+"|[0-9.]+)', b"", data)
    if name == TEXT:
        return re.sub(rb", in [0-9.]+ s$", b"", data, flags=re.MULTILINE)
    return data
