"""The door of a cluster: reach it or start it, and admit only workers that give the same bits."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import sys
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import active_children
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from holdfast.stopping import Undoing
from holdfast.study import on_worker
from holdfast.study.errors import CallError
from holdfast.study.machine import device

if TYPE_CHECKING:
    from distributed import Client

LOCAL = "local"
ALLOWED = "local, local:N, tcp://HOST:PORT, tls://HOST:PORT or the path of a scheduler file"

SCHEDULER = re.compile(r"(tcp|tls)://([^\s/:\[\]]+|\[[0-9a-fA-F:.]+\]):[0-9]{1,5}")

CONNECT = 10.0
"""Seconds that a scheduler may take to answer."""

PATIENCE = 60.0
"""Seconds to wait for a worker before there is none."""

MEMORY_OF_A_WORKER = 1 << 30
"""Bytes that a process here needs at the least: the program compiled takes most of it."""


@contextmanager
def reached(address: str) -> Iterator[Client]:
    """A client of the cluster at an address, or of one started here."""
    with _quiet():
        if address.partition(":")[0] == LOCAL:
            with _started(address) as scheduler, _connected(scheduler) as client:
                yield client
        else:
            with _connected(_scheduler_at(address)) as client:
                yield client


def workers_of(client: Client) -> dict[str, int]:
    """Threads of each worker that is there now."""
    found: Any = client.nthreads()
    return dict(found)


def admitted(
    client: Client, address: str, patience: float, as_here: bool
) -> Sequence[on_worker.Told]:
    """What the workers say of themselves; refused unless they all would give the same bits.

    They may be of another kind than this machine unless they must be `as_here`.
    """
    told: Any = {}
    with suppress(TimeoutError):
        client.wait_for_workers(1, timeout=patience)
        told = client.run(on_worker.about, on_error="return")
    if not told:
        cure = f"start some: dask worker {client.scheduler_info()['address']}"
        allowed = f"a cluster with a worker within {patience:g} s"
        raise CallError("--cluster", address, allowed, cure)
    here = on_worker.stamp()
    for worker, said in sorted(told.items()):
        if isinstance(said, Exception):
            cure = f"install holdfast {here['holdfast']} where it runs, or end it: {said}"
            allowed = "workers that answer and can import holdfast"
            raise CallError(f"worker {worker}", address, allowed, cure)
        other = on_worker.differences(here, said.stamp)
        if other:
            cure = f"install there what is installed here: {other}"
            raise CallError(f"worker {worker}", address, "workers with the same versions", cure)
    kinds = {said.device for said in told.values()} | ({device()} if as_here else set())
    if len(kinds) > 1:
        where = "here and on workers" if as_here else "on every worker"
        cure = "a processor and a GPU do not give the same bits: start workers of one kind"
        allowed = f"one of {', '.join(sorted(kinds))} {where}"
        raise CallError("--cluster", address, allowed, cure)
    return [told[worker] for worker in sorted(told)]


def _scheduler_at(address: str) -> str:
    """The scheduler's own address."""
    if SCHEDULER.fullmatch(address):
        return address
    path = Path(address)
    if not path.is_file():
        raise CallError("--cluster", address, ALLOWED, "for example tcp://127.0.0.1:8786, or local")
    cure = "write one with: dask scheduler --scheduler-file FILE"
    wrong = CallError("--cluster", address, "a scheduler file with an address", cure)
    try:
        found = str(json.loads(path.read_bytes())["address"])
    except (OSError, ValueError, KeyError, TypeError) as e:
        raise wrong from e
    if not SCHEDULER.fullmatch(found):
        raise wrong
    return found


@contextmanager
def _connected(scheduler: str) -> Iterator[Client]:
    from distributed import Client

    cure = "start one with `dask scheduler`, or check host, port, protocol and firewall"
    allowed = f"the address of a Dask scheduler that answers within {CONNECT:g} s"
    wrong = CallError("--cluster", scheduler, allowed, cure)
    try:
        with ThreadPoolExecutor(1) as aside, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of versions, which are compared at the door
            if aside.submit(asyncio.run, _kind_at(scheduler)).result() != "Scheduler":
                raise wrong
            client = Client(scheduler, timeout=CONNECT, set_as_default=False)
    except OSError as e:
        raise wrong from e
    with client:
        yield client


async def _kind_at(address: str) -> str:
    """What answers there. Dask's own client would wait for ever where something else listens."""
    from distributed.core import rpc

    async with asyncio.timeout(CONNECT), rpc(address, timeout=CONNECT) as there:
        found: Any = await there.identity()
    return found["type"]


@contextmanager
def _started(address: str) -> Iterator[str]:
    """Processes on this machine, which nobody else can reach; the address of their scheduler."""
    from dask.config import set as configured
    from distributed import LocalCluster

    # A program that is stopped takes away what its processes leave, in silence.
    sys.warnoptions.append("ignore:resource_tracker")
    with (
        TemporaryDirectory(prefix="holdfast-", ignore_cleanup_errors=True) as scratch,
        Undoing(partial(_end_children, scratch)),
        configured({"temporary-directory": scratch}),
        LocalCluster(
            n_workers=_how_many(address),
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
            silence_logs=logging.CRITICAL,
            preload=[on_worker.__name__],
        ) as started,
    ):
        found: Any = started
        yield found.scheduler_address


def _end_children(scratch: str) -> None:
    for child in active_children():
        child.kill()
    rmtree(scratch)


def _how_many(address: str) -> int:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    most = max(1, memory // MEMORY_OF_A_WORKER)
    _, colon, number = address.partition(":")
    if not colon:
        return min(os.cpu_count() or 1, most)
    if not (number.isascii() and number.isdigit() and 1 <= int(number) <= most):
        cure = "for example local:2; each process needs a GiB of memory"
        raise CallError("--cluster", address, f"local:1 to local:{most}", cure)
    return int(number)


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask's own words on standard error are held back: what matters is said by our errors."""
    import distributed  # which gives its loggers levels of their own  # noqa: F401

    names = [name for name in logging.root.manager.loggerDict if name.startswith("distributed")]
    levels = {logger: logger.level for logger in map(logging.getLogger, names)}
    for logger in levels:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in levels.items():
            logger.setLevel(level)
