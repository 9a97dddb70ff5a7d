"""A run that is killed at any moment, and gone on with, is the run that was never killed."""

import json
import random
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

from holdfast.study.errors import CallError
from holdfast.study.manual.run_folder import FILES
from holdfast.study.publish import resume
from holdfast.study.store import MANIFEST, open_folder
from study.killing import (
    STAGES,
    at_a_new_part,
    compiling_once,
    differences,
    kill,
    run,
    stage,
)

ATTEMPTS = 6
"""Of one kill: a process that ended before it could be killed is begun anew."""


@pytest.fixture(scope="module")
def env(tmp_path_factory):
    return compiling_once(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def whole(tmp_path_factory, env):
    """The run that was never killed, by the same command, and the seconds in which it wrote."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    subprocess.run(run(folder), env=env, check=True, stdout=subprocess.DEVNULL)
    began = time.time_ns()
    again = folder.with_name("again") / "run"
    again.parent.mkdir()
    child = subprocess.Popen(run(again), env=env, stdout=subprocess.DEVNULL)
    while not again.exists():
        assert child.poll() is None
    there = time.time_ns()
    assert child.wait() == 0
    assert differences(folder, again) == [], "two whole runs differ"
    assert stage(again, began) == "finish"
    return folder, (time.time_ns() - there) / 1e9


def when(aim: str, seconds: float, dice: random.Random, folder: Path):
    """The moment at which to kill, as `kill` takes it."""
    if aim == "any":
        return (lambda since: folder.exists()), dice.uniform(0, seconds)
    if aim == "new part":
        wait = dice.choice([0.0, 0.0, dice.uniform(0, 0.002)])
        return at_a_new_part(folder, dice.randrange(1, 15)), wait
    return (lambda since: stage(folder, since) == aim), dice.uniform(0, 0.008)


def killed_and_gone_on_with(tmp_path, env, whole, aims, dice) -> Counter:
    """Kill a process for each aim, and then once more in the resuming of every third; resume.

    Counts the kills at each stage.
    """
    unkilled, seconds = whole
    found = Counter()
    for number, aim in enumerate(aims):
        folder = tmp_path / str(number) / "run"
        folder.parent.mkdir()
        for _ in range(ATTEMPTS):
            at = kill(run(folder), folder, env, *when(aim, seconds, dice, folder))
            if at is not None:
                break
            if folder.exists():  # it has ended before it could be killed
                folder.rename(folder.with_name(f"ended-{time.time_ns()}"))
        assert at is not None, f"never killed at {aim}"
        found[at] += 1
        if number % 3 == 2 and (folder / MANIFEST).exists():
            again = dice.choice(["data", "summary", "report", "finish"])
            command = run(folder, resume=True)
            if at := kill(command, folder, env, *when(again, seconds, dice, folder)):
                found[at] += 1
        go_on(folder, env)
        assert differences(folder, unkilled) == [], f"killed at {at}"
        assert {p.name for p in folder.iterdir()} == set(FILES), f"killed at {at}"
    return found


def go_on(folder, env):
    """Resume; what was killed before there was a manifest says so, and is begun again."""
    if not (folder / MANIFEST).exists():
        with pytest.raises(CallError, match="begin it again"):
            open_folder(folder)
        subprocess.run(run(folder), env=env, check=True, stdout=subprocess.DEVNULL)
    resume(folder)


@pytest.mark.slow
def test_a_run_killed_at_some_stages_is_resumed_to_the_run_never_killed(tmp_path, env, whole):
    dice = random.Random(5)
    found = killed_and_gone_on_with(tmp_path, env, whole, ["new part", "data", "finish"], dice)
    assert found.total() >= 3


@pytest.mark.nightly
def test_fifty_kills_at_every_stage_of_writing_leave_no_trace(tmp_path, env, whole):
    """The figures are left in the folder of the test, for the manual."""
    aims = [*["any"] * 12, *["new part"] * 10, *STAGES * 3]
    dice = random.Random(6)
    dice.shuffle(aims)
    began = time.monotonic()
    found = killed_and_gone_on_with(tmp_path, env, whole, aims, dice)
    figures = {"kills": dict(found), "seconds": round(time.monotonic() - began)}
    (tmp_path / "figures.json").write_text(json.dumps(figures))
    assert found.total() >= 50, found
    assert all(found[at] for at in STAGES), found
