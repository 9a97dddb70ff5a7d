"""Who waits for which run: one worker, a fair queue, the latest wish of each tab, the newest part.

Everything here happens on one event loop, so nothing is locked. Nothing grows without bound: so
many may wait, so many finished runs are kept, and a run that nobody listens to is given up.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import secrets
from collections.abc import AsyncGenerator, Mapping
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any

from holdfast.page.job import Busy, Event, Job, Limits, Shelf, Unknown
from holdfast.page.worker import Died, End, Fight, Part, Ready, Said, Start, State, Stop, Worker

UNKNOWN_PRESSURE = -128
"""In `push`: no war of the ensemble says anything about this week."""

FELL = 6
"""Where the row of a district in a run holds in how many wars it fell."""

NOBODY = ""
"""Session of a run that the server itself asks for, so that the first page finds it fought."""


class Jobs:
    """The runs of every tab, fought one after the other. Used as `async with Jobs(...)`."""

    def __init__(self, fight: Fight, argument: str, limits: Limits | None = None) -> None:
        self._fight, self._argument = fight, argument
        self._limits = limits or Limits()
        self._worker: Worker | None = None
        self._warm = False  # this worker has come up, so another like it will too
        self._free = False  # it waits for a run
        self._active: dict[str, Job] = {}  # by id, in the order they were asked for
        self._current: Job | None = None  # what the worker fights, even if it was told to stop
        self._finished = Shelf(self._limits.finished, self._limits.waiting)
        self._broken = Shelf(self._limits.broken, self._limits.waiting)
        self._closed = False

    async def __aenter__(self) -> Jobs:
        """Start the worker, which warms up by loading what it fights with."""
        self._begin()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Stop every run, let every listener go and end the worker."""
        self._closed = True
        for job in list(self._active.values()):
            self._end(job, State.STOPPED)
        if self._worker:
            await self._worker.close(self._limits.grace)

    def start(self, session: str, asked: Mapping[str, Any]) -> str:
        """Queue a run and give its id; an earlier run of the same session gives way to it.

        The same dice fall the same way: what has been fought already, or is being fought for
        nobody, is not fought again.
        """
        if self._closed:
            raise Busy("the server is about to end")
        earlier = next((j for j in self._active.values() if j.session == session), None)
        known = self._finished.like(asked) or self._for_nobody(asked)
        if known:
            if earlier and earlier is not known:
                self._end(earlier, State.STOPPED)
            known.session = session
            self._mind(known)
            return known.id
        if sum(j is not earlier for j in self._waiting()) >= self._limits.waiting:
            raise Busy(f"{self._limits.waiting} runs wait already; try again in a minute")
        if earlier:
            self._end(earlier, State.STOPPED)
        job = Job(_name(self._argument), session, asked)
        self._active[job.id] = job
        self._mind(job)
        if self._worker is None:
            self._begin()
        self._hand_over()
        return job.id

    def _for_nobody(self, asked: Mapping[str, Any]) -> Job | None:
        ours = (j for j in self._active.values() if j.session == NOBODY and j.asked == asked)
        return next(ours, None)

    def stop(self, run: str) -> None:
        """Give a run up; one that is over stays as it is."""
        self._end(self._find(run), State.STOPPED)

    def newest(self, run: str) -> bytes:
        """The newest part of a run, as JSON; to ask for it is a sign that somebody waits."""
        job = self._find(run)
        self._mind(job)
        if job.text is None:
            raise Unknown(f"nothing of this run yet: it is {job.state}")
        job.heard = True
        return job.text

    def events(self, run: str) -> AsyncGenerator[Event | None]:
        """The newest part at once, then each new one; a slow reader skips to the newest.

        None is a sign of life after a while without news. Ends with the run.
        """
        return self._listen(self._find(run))

    def why(self, run: str, row: int) -> dict[str, Any]:
        """What pressed a district to give up, by week; `row` in the order of the theatre."""
        shown, push = json.loads(self.newest(run)), self._find(run).push
        if push is None:
            raise Unknown("this run does not say why")
        known = [
            [None if u == UNKNOWN_PRESSURE else u for u in week] for week in push[row].tolist()
        ]
        step, place = shown["step"], shown["districts"][row]
        return {
            "weeks": shown["weeks"],
            "pushers": shown["pushers"],
            "push": [[None if u is None else round(u * step, 6) for u in week] for week in known],
            "members": place[FELL],
        }

    def whole(self, run: str) -> dict[str, Any]:
        """The newest part of a run with its pressures in it, as a report holds it."""
        shown, push = json.loads(self.newest(run)), self._find(run).push
        if push is not None:
            shown["push"] = base64.b64encode(push.tobytes()).decode()
        return shown

    async def _listen(self, job: Job) -> AsyncGenerator[Event | None]:
        heard = 0
        job.listeners += 1
        self._mind(job)
        try:
            while job.news > heard or not job.over:
                if job.news > heard:
                    heard, job.heard = job.news, True
                    yield job.latest()
                elif not await _within(self._limits.beat, job.changed):
                    yield None
        finally:
            job.listeners -= 1
            self._mind(job)

    def _find(self, run: str) -> Job:
        job = self._active.get(run) or self._finished.find(run) or self._broken.find(run)
        if job is None:
            kept = f"the last {self._limits.finished} finished runs are kept"
            raise Unknown(f"there is no such run, or it is forgotten; {kept}")
        return job

    def _waiting(self) -> list[Job]:
        return [job for job in self._active.values() if job.state is State.WAITING]

    def _mind(self, job: Job) -> None:
        """Give a run up after a while, unless it ends or somebody listens before that."""
        if job.alone:
            job.alone.cancel()
        job.alone = None
        if not job.over and not job.listeners:
            loop = asyncio.get_running_loop()
            job.alone = loop.call_later(self._limits.patience, self._end, job, State.STOPPED)

    def _begin(self) -> None:
        self._warm = self._free = False
        self._worker = Worker(self._fight, self._argument, self._heard)

    def _hand_over(self) -> None:
        """Give the worker the run that has waited longest, if it is free for one."""
        waiting = self._waiting()
        if not (self._worker and self._free and waiting):
            return
        self._free, self._current = False, waiting[0]
        waiting[0].state = State.RUNNING
        self._worker.tell(Start(waiting[0].id, waiting[0].asked))

    def _heard(self, worker: Worker, said: Said) -> None:
        if worker is not self._worker:
            return
        match said:
            case Ready():
                self._warm = self._free = True
                self._current = None
                self._hand_over()
            case Part(run, text, push):
                job = self._active.get(run)
                if job:
                    job.text, job.push = text, push
                    job.announce()
            case End(run, state, words):
                job = self._active.get(run)
                if job and state is State.DONE and job.text is None:
                    state, words = State.FAILED, "the run ended before its first part"
                if job:
                    self._end(job, state, words)
            case Died(words):
                self._bury(words)

    def _bury(self, words: str) -> None:
        """Fail what died with the worker, and start another unless it would die as well."""
        lost = [self._current] if self._warm else [self._current, *self._waiting()]
        self._worker = self._current = None
        for job in lost:
            if job:
                self._end(job, State.FAILED, words)
        if self._warm and not self._closed:
            self._begin()

    def _end(self, job: Job, state: State, words: str = "") -> None:
        if job.over:
            return
        if job is self._current and state is State.STOPPED and self._worker:
            self._worker.tell(Stop(job.id))
        job.state, job.words = state, words
        del self._active[job.id]
        (self._finished if state is State.DONE else self._broken).add(job)
        self._mind(job)
        job.announce()


async def _within(seconds: float, happened: asyncio.Event) -> bool:
    try:
        async with asyncio.timeout(seconds):
            return await happened.wait()
    except TimeoutError:
        return False


def _name(argument: str) -> str:
    """An id that says which scenario and when, and that nobody guesses."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", PurePath(argument).name).strip("-")[:40] or "run"
    return f"{plain}-{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
