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
import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.stopping import GoingOn, Undoing
from holdfast.study.errors import CallError, ClusterError

if TYPE_CHECKING:
    import pandas as pd

LOCK = ".lock"
UNFINISHED = ".unfinished"
OURS = re.compile(r"\..+\.[0-9]+\.unfinished", re.DOTALL)
"""Names that unfinished files of ours have: with the number of the process that wrote them."""

MARK = b"holdfast\n"
"""What a lock of ours says, which tells it from a file of that name that somebody else made."""

ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(::|:/|:$)")
"""Beginnings that libraries take for an address or for what they unpack: s3://b/x, zip::x. A path
has one of two slashes left."""

WITHOUT_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL)
"""What a file system says that knows no locks: there, nobody is kept out."""

WITHOUT_LINKS = (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK)
"""What a file system says that knows no second name of a file."""


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
        _sync_all(beside)
        _remove(path)
        beside.replace(path)
    _sync(path.parent)


def write_folder_once(path: Path, write: Callable[[Path], object]) -> None:
    """The same of a folder at whose place there is nothing, or an empty one.

    What processes that are gone have left beside it of such a folder is taken away: who writes one
    holds a lock on it.
    """
    _clear_beside(path)
    beside = _name_beside(path)
    with Undoing(partial(_remove, beside)):
        beside.mkdir()
        held = os.open(beside, os.O_RDONLY | os.O_CLOEXEC)
        try:
            _try_lock(held)
            write(beside)
            _sync_all(beside)
            beside.rename(path)  # which fails if there is something in it by now
            _sync(path.parent)
        except OSError as e:
            e.filename = str(path)
            raise
        finally:
            os.close(held)
            with suppress(OSError):
                _remove(beside)


def _clear_beside(path: Path) -> None:
    left = re.compile(rf"\.{re.escape(path.name)}\.[0-9]+\{UNFINISHED}")
    for beside in [p for p in path.parent.iterdir() if left.fullmatch(p.name) and p.is_dir()]:
        held = os.open(beside, os.O_RDONLY | os.O_CLOEXEC)
        try:
            if _try_lock(held):
                _remove(beside)
        finally:
            os.close(held)


def _try_lock(opened: int) -> bool:
    """Whether a lock could be had; also False where the file system has none for folders."""
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _sync_all(folder: Path) -> None:
    for inside, _, names in os.walk(folder, topdown=False):
        for name in names:
            _sync(Path(inside, name))
        _sync(Path(inside))


def _name_beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}{UNFINISHED}")


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A name beside a path, under which nothing is left; an error names the path."""
    beside = _name_beside(path)
    with Undoing(partial(_remove, beside)):
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
    if path.is_dir() and not path.is_symlink():
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
    path = folder / LOCK
    lock = _lock(path)
    with Undoing(path.unlink):
        try:
            for left in [p for p in folder.rglob(f".*{UNFINISHED}") if OURS.fullmatch(p.name)]:
                _remove(left)
            yield
        finally:
            with suppress(OSError):
                path.unlink()
            os.close(lock)


def _lock(path: Path) -> int:
    while True:
        if not path.exists():
            _make_lock(path)
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


def _make_lock(path: Path) -> None:
    """Put a lock there that says that it is ours from its first moment, unless there is one."""
    beside = _name_beside(path)
    with Undoing(beside.unlink):
        beside.write_bytes(MARK)
        try:
            os.link(beside, path)
        except FileExistsError:
            pass
        except OSError as e:
            if e.errno not in WITHOUT_LINKS:
                raise
            path.write_bytes(MARK)
        finally:
            beside.unlink()


def place(what: str, given: Path | str) -> Path:
    """The one folder of this machine that a path names; refused if it may mean another to others.

    `~` is for the shell, and what looks like an address is opened by libraries as one.
    """
    text, cure = os.fspath(given), "give the path of a folder"
    if text.startswith("~"):
        allowed = "a path in full: no shell has put your home in the place of '~'"
        cure = f"write it apart, as {what} ~/NAME, or give the whole path; ./~ if it is called so"
        raise CallError(what, text, allowed, cure)
    if ADDRESS.match(text):
        raise CallError(
            what, text, "a folder of this machine, not an address", f"{cure}, as ./NAME"
        )
    shown = "".join(c if c.isprintable() else "?" for c in text)
    try:
        path = Path(given).absolute()
        path = path.resolve() if ".." in path.parts else path
        path.as_posix().encode()
        path.exists()
    except UnicodeEncodeError:
        raise CallError(what, shown, "a path in UTF-8, which reports can hold", cure) from None
    except (OSError, ValueError) as e:
        said = getattr(e, "strerror", None) or str(e)
        raise CallError(what, shown[:80], f"a path that can be had here ({said})", cure) from e
    if shown != text:
        raise CallError(what, shown, "a path without line breaks or control characters", cure)
    for part in (path, *path.parents):
        if part.is_symlink() and not part.exists():
            cure = "make the folder that it points to, or name another"
            allowed = f"a path through folders: {part} is a link that leads nowhere"
            raise CallError(what, text, allowed, cure)
        if part.exists() and not part.is_dir():
            if part == path:
                break
            raise CallError(what, text, f"a path through folders: {part} is a file", cure)
    return path if ".." in Path(given).parts else Path(given)


def fresh(where: Path | None, kind: str, name: str, cure: str) -> Path:
    """A path for a new folder, `kind/name-stamp` unless told; refuses one with something in it."""
    if where is None:
        return Path(kind) / f"{name}-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    path = place("--out", where)
    if path.exists() and not (path.is_dir() and empty(path)):
        cure = f"name another folder, {cure}"
        raise CallError("--out", path, "a folder that does not exist or is empty", cure)
    return path


def empty(folder: Path) -> bool:
    """Whether there is nothing in a folder but what killed processes of ours left."""
    return all(OURS.fullmatch(p.name) or _is_our_lock(p) for p in folder.iterdir())


def _is_our_lock(path: Path) -> bool:
    if path.name != LOCK or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(MARK) + 1) == MARK


@contextmanager
def claimed(where: Path | None, kind: str, name: str, cure: str) -> Iterator[Path]:
    """A new folder that this process holds, `kind/name-stamp` unless told.

    Refuses one that another process holds or that has something in it. One that was made here and
    in which nothing was written is taken away again.
    """
    path = fresh(where, kind, name, cure)
    new = [p for p in (path, *path.parents) if not p.exists()]
    with Undoing(partial(_take_away, new)):
        try:
            if where is None:
                path = _made(path)
                new[:1] = [path]  # the same list, which is undone
            path.mkdir(parents=True, exist_ok=True)
            with locked(path):
                fresh(path, kind, name, cure)  # again, now that nobody else writes there
                _sync(path.parent)
                yield path
        finally:
            with suppress(OSError):
                _take_away(new)


def _take_away(folders: list[Path]) -> None:
    """Take away folders that are empty, each inside the next."""
    for folder in folders:
        folder.rmdir()


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
def goes_on_with(command: str, folder: Path) -> Iterator[None]:
    """An error of disk or cluster, or Ctrl-C, says with what command the work is gone on with."""
    note = f"{command} {shlex.quote(str(folder))}"
    with GoingOn(note):
        try:
            yield
        except (OSError, ClusterError, MemoryError, KeyboardInterrupt) as e:
            if note not in getattr(e, "__notes__", ()):
                e.add_note(note)
            raise
