"""Runs of more wars than are held at once: the same run, and nothing of it held too long."""

import os
import sys
import time
from collections import namedtuple
from datetime import date

import numpy as np
import pytest
import xarray as xr

from holdfast.cli import WRONG, main
from holdfast.study import CallError, Request, load, simulate
from holdfast.study.machine import device, processor
from holdfast.study.publish import DATA, REPORT, SUMMARY, TEXT, WHY, resume, run_to_folder
from holdfast.study.simulate import CHUNK, bytes_kept, fight, prepare, together
from holdfast.study.store import compute, new_folder

REQUEST = Request(members=35, seed=4, until=date(2001, 3, 1))
SIMULATE = sys.modules[prepare.__module__]


@pytest.fixture(scope="module")
def war():
    return prepare(load("ring"), REQUEST)


@pytest.fixture(scope="module")
def whole(war, tmp_path_factory):
    """The run, its wars written together."""
    return run_to_folder(war, tmp_path_factory.mktemp("whole") / "run")


@pytest.fixture
def a_few(monkeypatch):
    """No more than twenty wars are written together."""
    monkeypatch.setattr("holdfast.study.data.together", lambda war: 2 * CHUNK)


def test_written_a_few_at_a_time_it_is_the_same_run(war, whole, a_few, tmp_path):
    folder, run, text = run_to_folder(war, tmp_path / "run")
    ours, theirs = run.observables.load(), whole[1].observables
    push = (data["push"].to_numpy() for data in (ours, theirs))
    np.testing.assert_allclose(*push, atol=1e-6)  # a mean, in single precision
    xr.testing.assert_identical(ours.drop_vars("push"), theirs.drop_vars("push"))
    for made in (SUMMARY, WHY):
        assert (folder.path / made).read_bytes() == (whole[0].path / made).read_bytes()
    assert text.splitlines()[2:] == whole[2].splitlines()[2:]  # the second has its seconds
    sizes = [(path / REPORT).stat().st_size for path in (folder.path, whole[0].path)]
    assert abs(np.diff(sizes)) < 100  # name of the run and its seconds


def test_it_is_read_from_disk_only_when_asked_for(war, whole, a_few, tmp_path):
    folder, run, _ = run_to_folder(war, tmp_path / "run")
    assert run.observables["held"].variable._in_memory is False
    _, again, text = resume(folder.path)
    assert text == (folder.path / TEXT).read_text()
    xr.testing.assert_identical(again.observables.load(), run.observables.load())


def test_a_stopped_one_goes_on_from_its_parts(war, whole, a_few, tmp_path):
    folder = new_folder(war, tmp_path / "run", device(), processor())
    wars = compute(folder, war)
    for _ in range(2):
        next(wars)
    wars.close()
    told = []
    _, run, _ = resume(folder.path, lambda done, of: told.append((done, of)))
    assert told[0] == (20, 35)
    np.testing.assert_array_equal(run.observables["held"], whole[1].observables["held"])
    assert list((folder.path / DATA).rglob("*.unfinished")) == []


def test_what_does_not_fit_memory_is_refused_and_a_run_of_it_is_not(war, monkeypatch, tmp_path):
    room = 25 * bytes_kept(war)
    monkeypatch.setattr(SIMULATE, "memory_to_be_had", lambda: room)
    monkeypatch.setattr(SIMULATE, "BYTES_TOGETHER", CHUNK * bytes_kept(war))
    assert together(war) == CHUNK
    with pytest.raises(CallError, match="some 25 with the memory at hand"):
        simulate(war.scenario, **vars(REQUEST))
    _, run, _ = run_to_folder(prepare(war.scenario, REQUEST), tmp_path / "run")
    assert run.observables.sizes["member"] == 35


def test_what_does_not_fit_the_disk_is_refused_before_anything_is_fought(
    monkeypatch, tmp_path, capsys
):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage(0, 0, 2**20))
    out = tmp_path / "run"
    assert main(["run", "ring", "--members", "10000", "--out", str(out)]) == WRONG
    said = capsys.readouterr().err
    assert "with the 1.0 MB free at" in said
    assert "--out on a disk with more room" in said
    assert not out.exists()


def test_no_more_is_fought_than_whoever_keeps_it_can_follow(war):
    drawn = []
    wanted = [np.arange(a, a + CHUNK) for a in range(0, 50 * CHUNK, CHUNK)]
    fought = SIMULATE.fight_as_drawn(
        war.theatre, war.mechanisms, war.plan, wanted,
        lambda members: drawn.append(members[0]) or SIMULATE.drawn(war, members),
    )  # fmt: skip
    for _ in range(3):
        next(fought)
    time.sleep(1)  # a slow disk
    assert len(drawn) <= 3 + 2 * (os.cpu_count() or 1)
    fought.close()


def test_wars_come_in_order(war):
    wanted = SIMULATE.chunks(60)
    assert [int(members[0]) for members, _ in fight(war, wanted)] == list(range(0, 60, CHUNK))
