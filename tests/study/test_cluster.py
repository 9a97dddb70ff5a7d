"""A cluster: the same wars to the bit on any number of workers, whatever dies meanwhile."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from threading import Thread

import numpy as np
import pytest
import xarray as xr

from holdfast.cli import FAILED, WRONG, main
from holdfast.study import CallError, Request, load
from holdfast.study import cluster as clusters
from holdfast.study import cluster_door as door
from holdfast.study.catalogue import catalogue, choose
from holdfast.study.errors import ClusterError
from holdfast.study.evidence import evidence
from holdfast.study.fit import Chains, Effort, draw_in_turn, path_at
from holdfast.study.on_worker import Ground, fight_chunk, stamp
from holdfast.study.posterior import Data, model_of
from holdfast.study.publish import resume, run_to_folder
from holdfast.study.simulate import chunks, fight, prepare

UNTIL = date(2001, 1, 12)
MEMBERS = 295
NO_NANNY = "--no-nanny"


def war(members=MEMBERS):
    """Mechanisms cost most of the time that a program takes to compile, and add nothing here."""
    request = Request(members=members, seed=3, until=UNTIL, only=("attrition",), parameters="prior")
    return prepare(load("ring"), request)


def bits(wars):
    return [(m.tolist(), [(x.dtype.str, x.shape, x.tobytes()) for x in t]) for m, t in wars]


@contextmanager
def started(*command, **env):
    """A process of Dask's own command line, killed in the end."""
    call = [sys.executable, "-m", "dask", *command]
    devnull = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    child = subprocess.Popen(call, **devnull, env=os.environ | env)
    try:
        yield child
    finally:
        child.kill()
        child.wait()


@contextmanager
def scheduler(folder):
    """A scheduler that listens here, and its file."""
    file = folder / "scheduler.json"
    options = "--host", "127.0.0.1", "--port", "0", "--dashboard-address", "127.0.0.1:0"
    with started("scheduler", *options, "--no-dashboard", "--scheduler-file", str(file)) as child:
        deadline = time.monotonic() + 60
        while not file.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        yield child, str(file)


def worker(file, *options, **env):
    """A worker that nobody starts again when it dies."""
    here = "--host", "127.0.0.1", "--nthreads", "1", NO_NANNY, "--no-dashboard"
    return started("worker", "--scheduler-file", file, *here, *options, **env)


def killing(child, found):
    """The same, but a process is killed as soon as the first is there."""
    for one in found:
        child.kill()
        yield one


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("nowhere", "tcp://HOST:PORT"),
        ("127.0.0.1:8786", "tcp://HOST:PORT"),
        ("tcp://127.0.0.1", "tcp://HOST:PORT"),
        ("udp://127.0.0.1:8786", "tcp://HOST:PORT"),
        ("local:0", "local:1 to local:"),
        ("local:-1", "local:1 to local:"),
        ("local:two", "local:1 to local:"),
        ("local:100000", "local:1 to local:"),
        ("tcp://127.0.0.1:1", "a Dask scheduler that answers"),
    ],
)
def test_an_address_that_leads_nowhere_is_refused_before_any_work(
    address, allowed, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(door, "CONNECT", 0.3)
    out = tmp_path / "run"
    done = main(["run", "ring", "--members", "2", "--cluster", address, "--out", str(out)])
    said = capsys.readouterr()
    assert done == WRONG
    assert address in said.err
    assert allowed in said.err
    assert "cure" in said.err
    assert said.out == ""
    assert not out.exists()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"address": "nowhere"}', '{"address": 3}'])
def test_a_file_that_is_no_scheduler_file_is_refused(text, tmp_path):
    file = tmp_path / "scheduler.json"
    file.write_text(text)
    with pytest.raises(CallError, match="dask scheduler --scheduler-file"), clusters.at(str(file)):
        pass


def test_a_worker_that_is_not_as_who_asks_refuses_to_work():
    ground = Ground(load("ring").theatre, (), war(1).plan)
    for other in ({"jax": "0.0.1"}, {"files of holdfast": "0"}):
        with pytest.raises(ClusterError, match=f"{next(iter(other))} .* joined|joined .* has"):
            fight_chunk(ground, stamp() | other, (), 1)


def test_things_come_in_the_order_of_their_places():
    found = iter([(2, "c"), (0, "a"), (1, "b"), (3, "d")])
    assert list(clusters.in_order(found)) == ["a", "b", "c", "d"]
    late = clusters.in_order(iter([(0, "a"), (2, "c")]))
    assert list(late) == ["a"]


@pytest.mark.slow
def test_wars_are_the_same_to_the_bit_here_and_on_one_worker_and_on_three():
    asked = war()
    wanted = chunks(MEMBERS)
    here = bits(fight(asked, wanted))
    assert here != bits(fight(replace(asked, request=replace(asked.request, seed=4)), wanted))
    for n in (1, 3):
        with clusters.at(f"local:{n}") as cluster:
            assert cluster.machines.startswith(f"{n} worker")
            assert bits(cluster.fight(asked, wanted)) == here


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_costs_only_its_chunk(tmp_path):
    asked = war()
    _, whole, _ = run_to_folder(asked, tmp_path / "whole")
    parts = tmp_path / "killed" / "parts"
    kept = {}

    with scheduler(tmp_path) as (_, file), worker(file) as first, worker(file) as second:
        with clusters.at(file) as cluster:
            while len(door.workers_of(cluster.client)) < 2:
                time.sleep(0.1)

            def kill(done, total):
                if done >= 60 and not kept:
                    kept.update({p.name: p.stat().st_mtime_ns for p in parts.iterdir()})
                    first.kill()
                if done == total:
                    now = {p.name: p.stat().st_mtime_ns for p in parts.iterdir()}
                    assert kept.items() < now.items()

            _, run, _ = run_to_folder(asked, tmp_path / "killed", kill, cluster)
            assert len(door.workers_of(cluster.client)) == 1
        assert first.wait() == -signal.SIGKILL
        assert second.poll() is None
    assert 6 <= len(kept) < len(chunks(MEMBERS)) / 2
    xr.testing.assert_identical(run.observables, whole.observables)


@pytest.mark.slow
def test_a_run_whose_cluster_goes_away_is_gone_on_with_here(tmp_path, capfd):
    asked = war(2000)
    out = tmp_path / "left"
    options = ["--until", str(UNTIL), "--only", "attrition", "--parameters", "prior"]
    call = ["run", "ring", "--members", "2000", "--seed", "3", *options, "--out", str(out)]
    with scheduler(tmp_path) as (child, file), worker(file):

        def kill_it_in_the_middle():
            while len(list((out / "parts").glob("*.npz.zst"))) < 3:
                time.sleep(0.01)
            child.kill()

        Thread(target=kill_it_in_the_middle, daemon=True).start()
        done = main([*call, "--cluster", file])
    said = capfd.readouterr().err
    assert done == FAILED
    assert len(said.splitlines()) == 1, "Dask's own words on standard error"
    assert "is gone" in said
    assert f"holdfast run --resume {out}" in said
    assert 3 <= len(list((out / "parts").glob("*.npz.zst"))) < 200
    _, resumed, _ = resume(out)
    _, whole, _ = run_to_folder(asked, tmp_path / "whole")
    xr.testing.assert_identical(resumed.observables, whole.observables)


@pytest.mark.slow
def test_a_cluster_without_workers_is_an_error_and_no_wait_for_ever(tmp_path):
    asked = war()
    with scheduler(tmp_path) as (_, file):
        with (
            pytest.raises(CallError, match="start some: dask worker tcp://"),
            clusters.at(file, patience=0.5),
        ):
            pass
        with (
            worker(file) as only,
            clusters.at(file, patience=3) as cluster,
            pytest.raises(ClusterError, match="no worker was left"),
        ):
            list(killing(only, cluster.fight(asked, chunks(MEMBERS))))


@pytest.mark.slow
def test_workers_that_would_give_other_bits_are_refused(tmp_path):
    block = tmp_path / "block.py"
    block.write_text("import sys\nsys.modules['holdfast'] = None\n")
    other = {"XLA_FLAGS": "--xla_cpu_enable_fast_math=true"}
    with scheduler(tmp_path) as (_, file):
        with (
            worker(file, "--preload", str(block)),
            pytest.raises(CallError, match="can import holdfast.*ModuleNotFoundError"),
            clusters.at(file),
        ):
            pass
        with (
            worker(file, **other),
            pytest.raises(CallError, match="XLA_FLAGS --xla_cpu_enable_fast_math=true"),
            clusters.at(file),
        ):
            pass


@pytest.mark.slow
def test_a_chunk_that_cannot_be_computed_fails_the_run_at_once():
    asked = war()
    nobody = replace(catalogue()["attrition"], name="nobody")
    with (
        clusters.at("local:1") as cluster,
        pytest.raises(ClusterError, match="members 0 to 9: KeyError: 'nobody'"),
    ):
        list(cluster.fight(replace(asked, mechanisms=(nobody,)), chunks(MEMBERS)))


@pytest.mark.nightly
def test_chains_are_the_same_to_the_bit_here_and_on_workers():
    ring, known_on = load("ring"), date(2001, 2, 10)
    model = model_of(ring, choose(only=("attrition", "leadership")))
    found = evidence(ring, known_on)
    middle = np.full(len(model.free), 0.1)
    path = path_at(model, found, middle, 1, ring.names.days)
    chains = Chains(model, Effort(2, 20, 10), 1, middle, path, Data.of(found))
    bits_of = lambda drawn: {n: [x.tobytes() for x in draws] for n, draws in drawn}  # noqa: E731
    here = bits_of(draw_in_turn(chains, [0, 1]))
    assert here[0] != here[1]
    with clusters.at("local:2", as_here=True) as cluster:
        told = []
        assert bits_of(cluster.draw(chains, [0, 1], told.append)) == here
        assert told[-1] == "2 chains on the cluster, 2 drawn"
