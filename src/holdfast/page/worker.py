"""One process that fights the runs, so that the page stays served, and the thread that hears it.

The worker fights one run at a time. Between two parts it reads its pipe, so a stop takes effect at
the next part, the generator of the run is closed, and the process is there for the next one.
"""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

Fight = Callable[[str, Mapping[str, Any]], Iterator[Mapping[str, Any]]]
"""Argument and request to the parts of a run; importable by name, for it crosses to a process."""

UNHEARD = 4
"""Parts that may lie between the thread that hears the worker and the loop that acts on them."""


class State(StrEnum):
    """How far a run has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True)
class Start:
    """Told to the worker: fight this run."""

    run: str
    asked: Mapping[str, Any]


@dataclass(frozen=True)
class Stop:
    """Told to the worker: give this run up at the next part; stale when it fights another."""

    run: str


@dataclass(frozen=True)
class Quit:
    """Told to the worker: end."""


@dataclass(frozen=True)
class Ready:
    """Said by the worker: it fights nothing and waits for a run."""


@dataclass(frozen=True)
class Part:
    """Said by the worker: the run so far, as JSON, and the pressures [district, week, cause]."""

    run: str
    text: bytes
    push: Any


@dataclass(frozen=True)
class End:
    """Said by the worker: the run is over, and with what words if it failed."""

    run: str
    state: State
    words: str = ""


@dataclass(frozen=True)
class Died:
    """Said in place of the worker: its process is gone."""

    words: str


Said = Ready | Part | End | Died


class Worker:
    """A process that fights, told what to do from a loop and heard on that loop."""

    def __init__(self, fight: Fight, argument: str, hear: Callable[[Worker, Said], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._hear = hear
        self._room = threading.Semaphore(UNHEARD)
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=work, args=(theirs, fight, argument), daemon=True, name="holdfast-worker"
        )
        with _interrupts_blocked():
            self._process.start()
        theirs.close()
        self._reader = threading.Thread(target=self._read, daemon=True, name="holdfast-reader")
        self._reader.start()

    def tell(self, order: Start | Stop | Quit) -> None:
        """Send an order; a worker that is gone is reported by `Died` and not here."""
        with suppress(OSError):
            self._pipe.send(order)

    async def close(self, grace: float) -> None:
        """End the process: kindly at first, after `grace` seconds by force. Leaves no zombie."""
        self.tell(Quit())
        await asyncio.to_thread(self._reader.join, grace)
        if self._reader.is_alive():
            self._process.kill()
            await asyncio.to_thread(self._reader.join)

    def _read(self) -> None:
        """Carry what the worker says to the loop, no faster than the loop acts on it."""
        with suppress(RuntimeError):  # the loop was closed: nobody is left to hear
            with suppress(EOFError, OSError):
                while True:
                    self._carry(self._pipe.recv())
            self._process.join()
            self._pipe.close()
            self._carry(Died(_epitaph(self._process.exitcode)))

    def _carry(self, said: Said) -> None:
        self._room.acquire()
        self._loop.call_soon_threadsafe(self._deliver, said)

    def _deliver(self, said: Said) -> None:
        self._room.release()
        self._hear(self, said)


def work(pipe: Connection, fight: Fight, argument: str) -> None:
    """The life of the worker process: wait for a run, fight it, wait for the next.

    Ctrl-C is for the server, which then tells the worker to end. A server that is gone closes the
    pipe, which ends the worker too.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            pipe.send(Ready())
            order = pipe.recv()
            while isinstance(order, Stop):  # the run was over before the stop came
                order = pipe.recv()
            if isinstance(order, Quit):
                return
            pipe.send(_fought(pipe, fight, argument, order))


def _fought(pipe: Connection, fight: Fight, argument: str, start: Start) -> End:
    """Fight one run and send its parts; whatever goes wrong in it, the worker lives on."""
    try:
        done = _send_parts(pipe, fight(argument, start.asked), start.run)
    except ValueError as wrong:
        return End(start.run, State.FAILED, str(wrong))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        raise  # the server is gone
    except Exception as wrong:
        logging.getLogger(__name__).exception("run %s failed", start.run)
        return End(start.run, State.FAILED, f"the run failed: {wrong or type(wrong).__name__}")
    return End(start.run, State.DONE if done else State.STOPPED)


def _send_parts(pipe: Connection, parts: Iterator[Mapping[str, Any]], run: str) -> bool:
    """Whether the run came to its end; False when it was told to stop."""
    try:
        if _told_to_stop(pipe, run):
            return False
        for part in parts:
            pipe.send(Part(run, _as_json({**part, "id": run, "push": None}), part.get("push")))
            if _told_to_stop(pipe, run):
                return False
        return True
    finally:
        if isinstance(parts, Generator):
            parts.close()


def _told_to_stop(pipe: Connection, run: str) -> bool:
    while pipe.poll():
        order = pipe.recv()
        if isinstance(order, Quit):
            raise EOFError
        if isinstance(order, Stop) and order.run == run:
            return True
    return False


def _as_json(part: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(part, separators=(",", ":"), allow_nan=False).encode()
    except ValueError as wrong:  # a fault of ours and not of what was asked
        raise RuntimeError(f"a part cannot be sent: {wrong}") from wrong


def _epitaph(code: int | None) -> str:
    how = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
    return f"the process that fights the runs ended ({how}); start the run again"


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """A process started herein is deaf to Ctrl-C from its first instruction, imports included."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
