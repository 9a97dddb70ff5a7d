"""How long the server waits for whom, and how many it waits for, so that nobody shuts the page.

uvicorn waits without end for a head that is never finished, for a body and for a slow reader, and
counts whoever waits against everybody. Here each has its time. A connection is a stranger's until
a request of it has passed the guard; of strangers there are so many, and the one that has been
there longest gives way to the next. So whoever may see the page gets in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import h11
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

PASSED = "holdfast.passed"
"""Extension of a request's scope: to be called once the request has passed the guard."""


@dataclass(frozen=True)
class Patience:
    """Seconds and numbers."""

    head: float = 10.0
    body: float = 30.0
    reading: float = 30.0
    """For an answer that nobody takes, besides a second for each `slowest` bytes of it."""
    slowest: float = 16_384.0
    of_an_address: int = 96
    strangers: int = 256
    guests: int = 128


GUESTS = "guests"
"""In place of an address: whoever a request of has passed the guard, between two requests."""


@dataclass
class Waiting:
    """Connections of which no request is answered, in the order in which they came.

    Those that have not shown that they may come in are strangers, and never outdo guests.
    """

    patience: Patience = field(default_factory=Patience)
    of: dict[Connection, str] = field(default_factory=dict)

    def add(self, one: Connection, group: str) -> None:
        """Take one more; whoever has waited longest gives way where they are too many."""
        self.of.pop(one, None)
        self.of[one] = group
        alike = [other for other, theirs in self.of.items() if theirs == group]
        if group == GUESTS:
            self._send_away(alike[: -self.patience.guests])
            return
        self._send_away(alike[: -self.patience.of_an_address])
        strangers = [other for other, theirs in self.of.items() if theirs != GUESTS]
        self._send_away(strangers[: -self.patience.strangers])

    def discard(self, one: Connection) -> None:
        """Forget one that has gone, or whose request is being answered."""
        self.of.pop(one, None)

    def _send_away(self, some: list[Connection]) -> None:
        for one in some:
            self.discard(one)
            one.end()


class Connection(H11Protocol):
    """uvicorn's protocol of one connection, with an end to all waiting."""

    def __init__(self, waiting: Waiting, **given: Any) -> None:
        super().__init__(**given)
        self._waiting, self._patience = waiting, waiting.patience
        self._group = ""
        self._waits_for = ""
        self._timer: asyncio.TimerHandle | None = None
        self._reader: asyncio.TimerHandle | None = None
        self._inside = self.app
        self.app = self._introduced

    async def _introduced(self, scope: Scope, receive: Receive, send: Send) -> None:
        passed: dict[str, Callable[[], None]] = {PASSED: self._pass}
        await self._inside({**scope, "extensions": passed}, receive, send)  # type: ignore[arg-type]

    def _pass(self) -> None:
        self._group = GUESTS
        self._waiting.discard(self)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._group = self.client[0] if self.client else ""
        self._waiting.add(self, self._group)
        self._look()

    def data_received(self, data: bytes) -> None:
        """See what is still to come after what came."""
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        if not self.transport.is_closing():
            self._waiting.add(self, self._group)
            self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._waiting.discard(self)
        self._wait_for("", 0)
        self.resume_writing()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Begin to wait for a reader."""
        super().pause_writing()
        size = self.transport.get_write_buffer_size()
        seconds = self._patience.reading + size / self._patience.slowest
        self._reader = self._reader or self.loop.call_later(seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """The reader has taken what there was."""
        if self._reader is not None:
            self._reader.cancel()
        self._reader = None
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """End a connection on which no other request came."""
        super().timeout_keep_alive_handler()
        self._leave_in_time()

    def end(self) -> None:
        """Hang up, and soon also on one that does not take what was sent."""
        self.transport.close()
        self._leave_in_time()

    def _leave_in_time(self) -> None:
        if self.transport.get_write_buffer_size():
            self.loop.call_later(self._patience.reading, self.transport.abort)

    def _look(self) -> None:
        """Wait for a head or a body, if one has begun or is the first; each has its time once."""
        if self.conn.their_state is h11.SEND_BODY:
            self._wait_for("body", self._patience.body)
        elif self.conn.their_state is h11.IDLE and (self.cycle is None or self._head_has_begun()):
            self._wait_for("head", self._patience.head)
        else:
            self._wait_for("", 0)

    def _head_has_begun(self) -> bool:
        return bool(self.conn.trailing_data[0])

    def _wait_for(self, what: str, seconds: float) -> None:
        if what == self._waits_for:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._waits_for = what
        self._timer = self.loop.call_later(seconds, self.end) if what else None
