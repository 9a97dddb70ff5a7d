"""Keeping work on disk: files that are whole or not there, one writer to a folder, digests.

What is being written stands beside its place under a name that ends in `.unfinished` and is moved
there when it is whole and on the disk. Who writes a folder holds its lock, so whatever is
unfinished in a folder whose lock can be had was left by a process that is gone.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.study.errors import CallError, ClusterError

if TYPE_CHECKING:
    import pandas as pd

LOCK = ".lock"
UNFINISHED = ".unfinished"

WITHOUT_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL)
"""What a file system says that knows no locks: there, nobody is kept out."""


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; once this returns, a power cut does not lose it."""
    with _beside(path) as beside:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    _sync(path.parent)


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a table as CSV, whole or not at all."""
    write_whole(path, table.to_csv(index=False).encode())


def write_tree_whole(path: Path, write: Callable[[Path], object]) -> None:
    """The same of a folder, which `write` makes where it is told; replaces what was there."""
    with _beside(path) as beside:
        write(beside)
        for place, _, names in os.walk(beside, topdown=False):
            for name in names:
                _sync(Path(place, name))
            _sync(Path(place))
        _remove(path)
        beside.replace(path)
    _sync(path.parent)


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A name beside a path, under which nothing is left; an error names the path."""
    beside = path.with_name(f".{path.name}.{os.getpid()}{UNFINISHED}")
    try:
        _remove(beside)
        yield beside
    except OSError as e:
        e.filename = str(path)
        raise
    finally:
        with suppress(OSError):
            _remove(beside)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Have a file or folder on the disk, as far as the file system can promise that."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    except OSError as e:
        if e.errno != errno.EINVAL:  # some file systems sync no folders
            raise
    finally:
        os.close(opened)


def digest_of(path: Path) -> str:
    """A digest of a file, or of a folder with the names of its files."""
    if path.is_file():
        return digest(path.read_bytes())
    files = sorted(p for p in path.rglob("*") if p.is_file())
    listed = (f"{p.relative_to(path).as_posix()}\0{digest(p.read_bytes())}\n" for p in files)
    return digest("".join(listed).encode())


def digest(*data: bytes) -> str:
    """What tells bytes from any others, in 32 characters."""
    sha = hashlib.sha256()
    for part in data:
        sha.update(part)
    return sha.hexdigest()[:32]


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder for this process; refused while another holds it.

    The kernel lets go when a process ends, however it ends, so nobody has to break a lock. What
    processes that are gone left unfinished is removed.
    """
    lock = _lock(folder / LOCK)
    try:
        for left in (p for p in folder.rglob(f".*{UNFINISHED}") if p.exists()):
            _remove(left)
        yield
    finally:
        with suppress(OSError):
            (folder / LOCK).unlink()
        os.close(lock)


def _lock(path: Path) -> int:
    while True:
        opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(opened), path.stat()):
                return opened
        except BlockingIOError as e:
            os.close(opened)
            cure = "wait until it has ended, or name another folder"
            raise CallError("folder", path.parent, "one that no other process writes", cure) from e
        except FileNotFoundError:
            pass  # whoever held it has just ended and taken the lock away
        except OSError as e:
            if e.errno in WITHOUT_LOCKS:
                return opened
            os.close(opened)
            raise
        os.close(opened)


def fresh(where: Path | None, kind: str, name: str, cure: str) -> Path:
    """A path for a new folder, `kind/name-stamp` unless told; refuses one with something in it."""
    path = where or Path(kind) / f"{name}-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    if where and where.exists() and not (where.is_dir() and empty(where)):
        cure = f"name another folder, {cure}"
        raise CallError("--out", path, "a folder that does not exist or is empty", cure)
    return path


def empty(folder: Path) -> bool:
    """Whether there is nothing in a folder but what killed processes left unfinished."""
    return all(p.name == LOCK or p.name.endswith(UNFINISHED) for p in folder.iterdir())


@contextmanager
def claimed(where: Path | None, kind: str, name: str, cure: str) -> Iterator[Path]:
    """A new folder that this process holds, `kind/name-stamp` unless told.

    Refuses one that another process holds or that has something in it. One that was made here and
    in which nothing was written is taken away again.
    """
    path = fresh(where, kind, name, cure)
    there = where is not None and where.exists()
    if where is None:
        path = _made(path)
    path.mkdir(parents=True, exist_ok=True)
    try:
        with locked(path):
            fresh(path, kind, name, cure)  # again, now that nobody else writes there
            _sync(path.parent)
            yield path
    finally:
        if not there:
            with suppress(OSError):
                path.rmdir()


def _made(path: Path) -> Path:
    """Make a folder of this name or, where others have been quicker, of the next."""
    made, number = path, 1
    while True:
        try:
            made.mkdir(parents=True)
            return made
        except FileExistsError:
            number += 1
            made = path.with_name(f"{path.name}-{number}")


@contextmanager
def goes_on_with(command: str) -> Iterator[None]:
    """An error of disk or cluster, or Ctrl-C, says with what command the work is gone on with."""
    try:
        yield
    except (OSError, ClusterError, KeyboardInterrupt) as e:
        if command not in getattr(e, "__notes__", ()):
            e.add_note(command)
        raise
