"""A run that was asked for: how far it is, what there is to hear of it, and how long it is kept."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from holdfast.page.worker import State


class Busy(Exception):
    """Too many runs wait already."""


class Unknown(LookupError):
    """There is no such run, or nothing of it yet."""


@dataclass(frozen=True)
class Limits:
    """How much is kept, and for how long; times in seconds."""

    waiting: int = 64
    finished: int = 32
    broken: int = 64  # stopped and failed runs, kept so that a late listener learns of it
    patience: float = 30.0  # a run that nobody listens to is stopped after so long
    beat: float = 15.0  # a sign of life to a listener with nothing to hear
    grace: float = 1.0  # the worker may end by itself before it is killed


class Event(NamedTuple):
    """What a listener hears: `part` or `done` with the run, `stopped`, `failed` with words."""

    name: str
    data: bytes


@dataclass(eq=False)
class Job:
    """A run that was asked for, and the newest of it."""

    id: str
    session: str
    asked: Mapping[str, Any]
    state: State = State.WAITING
    text: bytes | None = None  # the newest part as JSON; None before the first
    push: Any = None  # [district, week, cause] of the newest part, int8
    words: str = ""  # why it failed
    news: int = 0  # grows with everything there is to hear
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    heard: bool = False  # somebody has had a part or the end of it
    listeners: int = 0
    alone: asyncio.TimerHandle | None = None  # runs while nobody listens

    @property
    def over(self) -> bool:
        """Whether nothing more will be heard of it."""
        return self.state not in (State.WAITING, State.RUNNING)

    def announce(self) -> None:
        """Wake everyone who listens."""
        self.news += 1
        self.changed.set()
        self.changed = asyncio.Event()

    def latest(self) -> Event:
        """The newest there is to hear."""
        if self.state is State.FAILED:
            return Event("failed", json.dumps({"error": self.words}).encode())
        if self.state is State.DONE and self.text is not None:
            return Event("done", self.text)
        return Event("stopped", b"{}") if self.over else Event("part", self.text or b"{}")


class Shelf:
    """Runs that are over; the one longest not looked at is forgotten first.

    A short run may end before its tab listens, so those that nobody has heard of are counted by
    themselves: neither kind pushes out the other.
    """

    def __init__(self, most: int, unheard: int) -> None:
        self._most, self._unheard = most, unheard
        self._jobs: OrderedDict[str, Job] = OrderedDict()

    def add(self, job: Job) -> None:
        """Keep a run, and forget others for it."""
        self._jobs[job.id] = job
        self._forget()

    def find(self, run: str) -> Job | None:
        """The run, if it is still kept; to look at it keeps it longer."""
        self._forget()
        if run in self._jobs:
            self._jobs.move_to_end(run)
        return self._jobs.get(run)

    def like(self, asked: Mapping[str, Any]) -> Job | None:
        """A run of the same request, the newest if there are several."""
        return next((job for job in reversed(self._jobs.values()) if job.asked == asked), None)

    def _forget(self) -> None:
        for heard, most in ((True, self._most), (False, self._unheard)):
            alike = [kept.id for kept in self._jobs.values() if kept.heard is heard]
            for forgotten in alike[: max(0, len(alike) - most)]:
                del self._jobs[forgotten]
