"""A cluster: the same wars and chains, computed by the workers of a Dask scheduler.

A chunk that was under way on a worker that dies is given to another, so a death costs that chunk
alone. Members, dice and values are drawn here and travel with the chunk; nothing that comes back
depends on how many workers there are or on which of them did what.
"""

from __future__ import annotations

import hashlib
import pickle
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from itertools import islice
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

import numpy as np

from holdfast.study import on_worker
from holdfast.study.cluster_door import PATIENCE, admitted, reached, workers_of
from holdfast.study.errors import ClusterError
from holdfast.study.fit import Chains
from holdfast.study.simulate import War, drawn, padded

if TYPE_CHECKING:
    from distributed import Client, Future

    from holdfast.infer import Draws
    from holdfast.vocabulary.types import Trajectory

AHEAD = 3
"""Chunks under way for each thread of a worker: enough that none waits for the next."""

LOOK = 2.0
"""Seconds between looks at who is there."""


@contextmanager
def at(address: str, patience: float = PATIENCE, *, as_here: bool = False) -> Iterator[Cluster]:
    """The cluster at an address, for as long as it is needed.

    `local` or `local:N` starts N processes on this machine; else a scheduler's address, or the
    path of its scheduler file. Work that is begun here and goes on there needs workers `as_here`.
    Raises CallError where there is no cluster that can be used, and ClusterError later if no
    worker is left for `patience` seconds.
    """
    with reached(address) as client:
        yield Cluster(client, address, admitted(client, address, patience, as_here), patience)


class Cluster:
    """Workers that are ready."""

    def __init__(
        self, client: Client, address: str, found: Sequence[on_worker.Told], patience: float
    ) -> None:
        """Take the workers that were found."""
        self.client = client
        """Dask's own, for whoever has other work for the workers."""
        self._address, self._patience = address, patience
        self._looked, self._threads = -np.inf, 0
        self.device = found[0].device
        """What computes there, in words."""
        n, on = len(found), len({told.host for told in found})
        kinds = ", ".join(sorted({told.processor for told in found}))
        self.machines = f"{n} worker{'s' * (n > 1)} on {on} machine{'s' * (on > 1)}: {kinds}"
        """How many there are when it begins, and their processors."""

    def fight(
        self, war: War, wanted: Sequence[np.ndarray]
    ) -> Iterator[tuple[np.ndarray, Trajectory]]:
        """Trajectories of chunks of members, in order, as NumPy arrays [member, ...]."""
        names = tuple(m.name for m in war.mechanisms)
        ground = on_worker.Ground(war.theatre, names, war.plan)
        asked = ((drawn(war, padded(members)), len(members)) for members in wanted)
        called = [f"members {members[0]} to {members[-1]}" for members in wanted]
        found = self._as_they_come(on_worker.fight_chunk, ground, asked, called)
        yield from zip(wanted, in_order(found), strict=True)

    def draw(
        self, chains: Chains, numbers: Sequence[int], tell: Callable[[str], None]
    ) -> Iterator[tuple[int, Draws]]:
        """Chains of these numbers, as they come."""
        asked = ((number,) for number in numbers)
        called = [f"chain {number + 1}" for number in numbers]
        found = self._as_they_come(on_worker.draw_chain, chains, asked, called)
        tell(f"{len(called)} chains on the cluster")
        for done, (place, draws) in enumerate(found, start=1):
            tell(f"{len(called)} chains on the cluster, {done} drawn")
            yield numbers[place], draws

    def _as_they_come(
        self, do: Callable, shared: Any, asked: Iterable[tuple], called: Sequence[str]
    ) -> Iterator[tuple[int, Any]]:
        """What `do` makes of each of those asked for, with its place, as they are done."""
        from dask.config import set as configured

        packed, here = pickle.dumps(shared), on_worker.stamp()
        key = f"holdfast-{hashlib.sha256(packed).hexdigest()}"
        done: SimpleQueue[Future] = SimpleQueue()
        under_way: dict[Any, tuple[int, Future]] = {}
        left = enumerate(asked)
        with configured({"distributed.admin.large-graph-warning-threshold": "1 TiB"}):
            # The task of a thing shared is kept by the scheduler: lost with its last holder, it
            # is made again.
            common = self.client.submit(on_worker.unpacked, packed, key=key)
            while True:
                for place, arguments in islice(left, self._room(len(under_way))):
                    future = self.client.submit(do, common, here, *arguments, pure=False)
                    future.add_done_callback(done.put)
                    under_way[future.key] = place, future
                if not under_way:
                    return
                future = self._next(done)
                place, _ = under_way.pop(future.key)
                yield place, self._result(future, called[place])

    def _room(self, n_under_way: int) -> int:
        if time.monotonic() - self._looked > LOOK:
            self._threads = sum(self._workers().values())
            self._looked = time.monotonic()
        return max(1 - n_under_way, AHEAD * self._threads - n_under_way, 0)

    def _next(self, done: SimpleQueue[Future]) -> Future:
        """Whatever is done next; an error if there is nobody to do it."""
        alone = None
        while True:
            try:
                return done.get(timeout=LOOK)
            except Empty:
                now = time.monotonic()
                alone = None if self._workers() else alone or now
                if alone and now - alone > self._patience:
                    raise self._gone(self._alone()) from None

    def _workers(self) -> dict[str, int]:
        try:
            return workers_of(self.client)
        except (CancelledError, OSError) as e:
            raise self._gone("the scheduler does not answer") from e

    def _result(self, future: Future, called: str) -> Any:
        from distributed import KilledWorker

        if future.status == "error":
            failed: Any = future.exception()
            if isinstance(failed, KilledWorker):
                cure = "most likely they lack memory: give each more, or start fewer on a machine"
                raise ClusterError(f"{called}: worker after worker died over it; {cure}")
            kind = "" if isinstance(failed, ClusterError) else f"{type(failed).__name__}: "
            raise ClusterError(f"{called}: {kind}{failed}") from failed
        try:
            return future.result(timeout=self._patience)
        except (CancelledError, TimeoutError, OSError) as e:
            alone = isinstance(e, TimeoutError) and not self._workers()
            raise self._gone(self._alone() if alone else f"{called} could not be fetched") from e

    def _alone(self) -> str:
        return f"no worker was left for {self._patience:g} s"

    def _gone(self, why: str) -> ClusterError:
        return ClusterError(f"the cluster at {self._address} is gone: {why}")


def in_order(found: Iterable[tuple[int, Any]]) -> Iterator[Any]:
    """Things that come with their places, each as soon as those before it have come."""
    waiting: dict[int, Any] = {}
    turn = 0
    for place, thing in found:
        waiting[place] = thing
        while turn in waiting:
            yield waiting.pop(turn)
            turn += 1
