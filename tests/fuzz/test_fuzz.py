"""Whatever stands in a file or a call: no traceback, no hang, nothing false taken silently."""

import shutil
import signal
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, given, seed, settings

from fuzz import outside
from fuzz.command_line import ARGUMENTS, calls
from fuzz.folders import NAMED, OURS, sound
from fuzz.readers import READERS, RING, SOURCES, Reader

LONGEST_S = 10.0, 120.0
"""Seconds of work, and of waiting, for one input; most take a millisecond."""

NIGHTLY = 100_000
"""Inputs of a night, no two alike."""

ROUNDS = 9
"""Times that dice are thrown again for the inputs that were drawn twice."""

EVERY = [*READERS, Reader("the command line", ARGUMENTS, calls, 20, 2_000)]
BY_NAME = pytest.mark.parametrize("reader", EVERY, ids=lambda reader: reader.name.replace("/", "-"))


class Hang(Exception):
    """An input that takes too long."""


@contextmanager
def within(worked: float, waited: float):
    """Raise Hang in what takes so many seconds of the processor, or of the clock."""

    def ring(*_):
        raise Hang(f"longer than {worked:g} s of work, or {waited:g} s of waiting")

    timers = {signal.SIGPROF: signal.ITIMER_PROF, signal.SIGALRM: signal.ITIMER_REAL}
    before = {number: signal.signal(number, ring) for number in timers}
    for timer, seconds in zip(timers.values(), (worked, waited), strict=True):
        signal.setitimer(timer, seconds)
    try:
        yield
    finally:
        for number, timer in timers.items():
            signal.setitimer(timer, 0)
            signal.signal(number, before[number])


@pytest.fixture
def place(monkeypatch):
    """A folder, in memory where that can be had, with a sound example of everything."""
    shared = Path("/dev/shm")
    place = Path(mkdtemp(dir=shared if shared.is_dir() else None))
    shutil.copytree(RING, place, dirs_exist_ok=True)
    (place / "datapackage.json").unlink()  # so that settings may differ
    for name in OURS:
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_bytes(sound(name))
    monkeypatch.chdir(place)
    yield place
    shutil.rmtree(place)


def fuzz(reader: Reader, place: Path, inputs: int, rounds: int = 1) -> Counter:
    """Feed a reader so many inputs, no two alike if the rounds suffice; how many it took."""
    seen: set[int] = set()
    told: Counter = Counter()

    def one(spoiled):
        if hash(repr(spoiled)) in seen:
            return
        with within(*LONGEST_S):
            taken = reader.takes(place, spoiled)
        seen.add(hash(repr(spoiled)))
        told["taken" if taken else "refused"] += 1

    for number in range(rounds):
        if told.total() < inputs:
            asked = settings(
                max_examples=inputs - told.total(), deadline=None, database=None,
                suppress_health_check=list(HealthCheck),
            )  # fmt: skip
            seed(number)(asked(given(reader.inputs)(one)))()
    return told


@BY_NAME
def test_nothing_spoiled_breaks_a_reader(place, reader):
    told = fuzz(reader, place, reader.quick)
    assert told["refused"] > 0


@pytest.mark.nightly
@BY_NAME
def test_nothing_spoiled_breaks_a_reader_in_a_hundred_thousand(place, reader, record_property):
    told = fuzz(reader, place, reader.nightly, ROUNDS)
    record_property("inputs", dict(told))
    assert told.total() >= 0.99 * reader.nightly, "too few of the inputs differed"
    assert told["refused"] > 0
    assert told["taken"] > 0, "nothing was ever taken: the second reader had nothing to look at"


def test_the_nightly_budget_is_kept():
    assert 0.99 * sum(reader.nightly for reader in EVERY) >= NIGHTLY


@BY_NAME
def test_what_is_sound_is_taken(place, reader):
    outside_world = {name: content.encode() for name, content in outside.SOUND.items()}
    known = {**SOURCES, **outside_world, **{name: sound(file) for name, file in NAMED.items()}}
    if reader.name in known:
        assert reader.takes(place, known[reader.name])
