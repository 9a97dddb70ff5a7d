"""Runs: the same dice give the same war, killed or not, and a change is only that change."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from functools import partial

import numpy as np
import pytest
import xarray as xr

from holdfast.study import Request, load, simulate, what_if
from holdfast.study.draws import draw_values
from holdfast.study.errors import CallError
from holdfast.study.publish import resume, run_to_folder
from holdfast.study.simulate import MOST_AT_ONCE, at_once, prepare

UNTIL = date(2001, 1, 20)


@pytest.fixture(scope="module")
def ring():
    return load("ring")


def test_the_same_request_gives_the_same_war_to_the_bit(ring):
    a, b = (simulate(ring, members=12, seed=5, until=UNTIL).observables for _ in range(2))
    xr.testing.assert_identical(a, b)
    c = simulate(ring, members=12, seed=6, until=UNTIL).observables
    assert not a["serving"].equals(c["serving"])


def test_a_member_is_the_same_war_in_any_ensemble(ring):
    few = simulate(ring, members=3, seed=5, until=UNTIL).observables
    many = simulate(ring, members=23, seed=5, until=UNTIL).observables
    of_all = "push"  # a mean over the members
    few, many = few.drop_vars(of_all), many.drop_vars(of_all)
    xr.testing.assert_identical(few, many.isel(member=slice(0, 3)))


def test_chunks_computed_together_are_given_back_one_by_one(ring, monkeypatch):
    """As a GPU computes them; here each member of a batch is still fought by itself."""
    alone = simulate(ring, members=47, seed=5, until=UNTIL).observables
    monkeypatch.setattr(sys.modules[prepare.__module__], "at_once", lambda *_: 3)
    together = simulate(ring, members=47, seed=5, until=UNTIL).observables
    xr.testing.assert_identical(alone, together)


def test_as_many_chunks_go_together_as_the_memory_of_a_device_holds(ring):
    war = prepare(ring, Request(members=1))
    of = partial(at_once, war.theatre, war.plan)
    assert of(None) == of(1.0) == 1
    assert 1 < of(1e8) < of(2e8) < of(1e15) == MOST_AT_ONCE


def test_the_library_needs_no_more_than_three_lines():
    import holdfast as hf

    run = hf.simulate(hf.load("ring"), members=2, seed=1, until=UNTIL)
    assert set(run.observables["held"].dims) == {"member", "day", "district"}


def test_a_killed_run_is_resumed_to_the_run_that_was_never_killed(ring, tmp_path):
    request = Request(members=400, seed=3, until=date(2001, 3, 1))
    command = [
        sys.executable, "-m", "holdfast", "run", "ring", "--members", "400", "--seed", "3",
        "--until", "2001-03-01", "--out", str(tmp_path / "killed"),
    ]  # fmt: skip
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    parts = tmp_path / "killed" / "parts"
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and len(list(parts.glob("*.npz.zst"))) < 2:
        assert child.poll() is None, "the run ended before it could be killed"
        time.sleep(0.01)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    kept = len(list(parts.glob("*.npz.zst")))
    assert 2 <= kept < 100
    assert not json.loads((tmp_path / "killed" / "manifest.json").read_text())["complete"]
    _, resumed, _ = resume(tmp_path / "killed")
    _, whole, _ = run_to_folder(prepare(ring, request), tmp_path / "whole")
    xr.testing.assert_identical(resumed.observables, whole.observables)
    for name in ("summary.csv", "why.parquet"):
        assert (tmp_path / "killed" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    again, _, _ = resume(tmp_path / "killed")
    assert again.manifest["complete"]


def test_an_altered_part_is_refused(ring, tmp_path):
    folder, _ = begun(ring, tmp_path)
    part = next((folder.path / "parts").glob("*.npz.zst"))
    data = bytearray(part.read_bytes())
    data[len(data) // 2] ^= 1
    part.write_bytes(bytes(data))
    with pytest.raises(CallError, match="delete it and resume"):
        resume(folder.path)


def test_a_run_of_another_version_is_refused(ring, tmp_path):
    folder, _ = begun(ring, tmp_path)
    manifest = json.loads((folder.path / "manifest.json").read_text())
    (folder.path / "manifest.json").write_text(json.dumps({**manifest, "holdfast": "0.0.1"}))
    with pytest.raises(CallError, match="as when it began"):
        resume(folder.path)
    (folder.path / "manifest.json").write_text("{")
    with pytest.raises(CallError, match="a folder written by"):
        resume(folder.path)


def begun(ring, tmp_path):
    from holdfast.study.publish import device
    from holdfast.study.store import compute, new_folder

    war = prepare(ring, Request(members=5, until=UNTIL))
    folder = new_folder(war, tmp_path / "begun", device())
    list(compute(folder, war))
    return folder, war


def test_what_if_of_no_difference_is_no_difference(ring):
    request = Request(members=6, until=UNTIL, changes={"ground.ghosts": "0.4"})
    table = what_if(ring, request, base=request)
    assert (table["difference"] == 0).all()
    assert (table["low"] == 0).all()


def test_pairs_under_the_same_dice_differ_less_than_strangers(ring):
    request = Request(members=40, until=UNTIL)
    changed = replace(request, changes={"ground.kill_rate": "0.03"})
    of = lambda r: simulate(ring, **vars(r)).observables["serving"][:, -1].sum("district")  # noqa: E731
    base, same = of(request), of(changed)
    fresh = of(replace(changed, seed=77))
    paired, strangers = float((same - base).var()), float((fresh - base).var())
    assert paired < 0.8 * strangers, (paired, strangers)


def test_a_parameter_draw_depends_on_seed_member_and_name_alone(ring):
    war = prepare(ring, Request(parameters="prior"))
    draw = lambda mechanisms, members: draw_values(  # noqa: E731
        mechanisms, ring.tables.priors, ring.tables.parameters, {}, 1, np.asarray(members), "prior"
    )
    everything = draw(war.mechanisms, [0, 1, 2, 3])
    fewer = draw(war.mechanisms[3:5], [2])
    for owner, found in fewer.items():
        for name, value in found.items():
            assert value[0] == everything[owner][name][2]


def test_a_fixed_parameter_holds_in_every_member(ring):
    war = prepare(ring, Request(parameters="prior", changes={"fear.strength": "1.5"}))
    from holdfast.study.simulate import values

    assert (values(war, np.arange(7))["fear"]["strength"] == 1.5).all()


def test_a_calendar_change_reaches_the_theatre(ring):
    changed = prepare(
        ring, Request(changes={"calendar.air_support": "0.25", "calendar.breach": "none"})
    ).theatre.calendar
    assert set(changed.air_support[:, 1].tolist()) == {0.25}
    assert np.isinf(np.asarray(changed.breaches)).all()
