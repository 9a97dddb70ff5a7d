"""What the manual says to type for a cluster works with a real scheduler, on this machine."""

import os
import re
import shlex
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
import yaml

from docs.documents import blocks, expect, shown, surroundings
from holdfast.cli import parser

PAGE = "docs/cluster.md"
CODE = {kind: b.text for b in blocks(PAGE) for kind in [b.kind] if kind != "console"}
HERE = {
    "192.168.0.10": "127.0.0.1",
    ":8786": ":18786",
    "--port 8786": "--port 18786",
    "--nworkers 16": "--nworkers 2",
    "--members 5000": "--members 20 --until 2021-05-20",
}
"""What a test changes in the page's words: the machine is this one, and small."""


def adapted(text: str) -> str:
    for theirs, ours in HERE.items():
        text = text.replace(theirs, ours)
    return text


def calls(program: str) -> list[str]:
    """Every call of a program in the page's code, on one line."""
    text = "\n".join([*shown(PAGE), CODE["bash"].replace("\\\n", " ")])
    return re.findall(rf"^(?:srun )?({program} .*?) ?&?$", text, re.MULTILINE)


@contextmanager
def started(folder: Path, *lines: str) -> Iterator[None]:
    """Commands that run on until the end of the block."""
    words = [[sys.executable, "-m", *shlex.split(adapted(line))] for line in lines]
    with (folder / "log").open("w") as log:
        running = [
            subprocess.Popen(w, cwd=folder, stdout=log, stderr=log, start_new_session=True)
            for w in words
        ]
        try:
            yield
        finally:
            for process in reversed(running):
                process.terminate()
                process.wait(60)


def same(a: Path, b: Path) -> bool:
    """Whether two runs hold the same bits."""
    one, other = (xr.open_zarr(x / "observables.zarr", consolidated=False).load() for x in (a, b))
    return all(np.array_equal(one[k], other[k], equal_nan=one[k].dtype.kind == "f") for k in one)


@pytest.fixture(scope="module")
def alone(tmp_path_factory) -> Path:
    """What the page's run gives without a cluster."""
    folder = tmp_path_factory.mktemp("alone")
    expect(adapted("holdfast run --members 5000 --out runs/many"), folder, "In insurgent hands")
    return folder / "runs" / "many"


def test_commands_of_the_page_are_commands():
    assert len(calls("holdfast")) >= 4
    for call in calls("holdfast"):
        assert parser().parse_args(shlex.split(call)[1:]).cluster


@pytest.mark.slow
def test_options_of_the_page_are_options_of_dask():
    """Its own help knows every option that the page gives it."""
    asked = [shlex.split(call) for call in calls("dask")]
    spec = yaml.safe_load(CODE["yaml"])["spec"]
    asked += [spec[of]["spec"]["containers"][0]["args"] for of in ("worker", "scheduler")]
    assert {call[1] for call in asked} == {"worker", "scheduler"}
    for what in ("worker", "scheduler"):
        command = [sys.executable, "-m", "dask", what, "--help"]
        known = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        given = {x for call in asked if call[1] == what for x in call if x.startswith("--")}
        assert given
        assert not [option for option in given if not re.search(rf"{option}\b", known)]


def test_the_cluster_that_kubernetes_is_asked_for_offers_the_port_that_the_page_uses():
    """No Kubernetes is at hand: the description is read, and nothing of it is run."""
    scheduler = yaml.safe_load(CODE["yaml"])["spec"]["scheduler"]
    (forward,) = (line for line in shown(PAGE) if "port-forward" in line)
    port = int(forward.rpartition(":")[2])
    assert port in {p["port"] for p in scheduler["service"]["ports"]}
    assert port in {p["containerPort"] for p in scheduler["spec"]["containers"][0]["ports"]}
    assert any(f"127.0.0.1:{port}" in call for call in calls("holdfast"))


@pytest.mark.slow
def test_a_thousand_runs_on_four_processes(tmp_path):
    (line,) = (call for call in calls("holdfast") if "local:4" in call)
    expect(line, tmp_path, r"1,?000 (wars|runs)", "National collapse")


@pytest.mark.slow
def test_workers_that_join_by_address_give_the_bits_of_this_machine(tmp_path, alone):
    scheduler, worker = (line for line in calls("dask") if "8786" in line)
    run = next(line for line in calls("holdfast") if "192.168" in line)
    with started(tmp_path, scheduler, worker):
        expect(adapted(run), tmp_path, "In insurgent hands")
    assert same(tmp_path / "runs" / "many", alone)


@pytest.mark.slow
def test_the_job_of_slurm_runs_to_its_end_where_srun_starts_what_it_is_given(tmp_path, alone):
    """Slurm itself is not at hand: `srun` starts one worker here."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, code in {"srun": 'exec "$@"', "dask": f'exec {sys.executable} -m dask "$@"'}.items():
        (programs / name).write_text(f"#!/bin/sh\n{code}\n")
        (programs / name).chmod(0o755)
    env = surroundings(tmp_path / "compiled") | {"SLURM_JOB_ID": "7"}
    env["PATH"] = f"{programs}{os.pathsep}{env['PATH']}"
    # A job ends what it started; so does this one.
    script = "trap 'kill $(jobs -p)' EXIT\n" + adapted(CODE["bash"])
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=env, capture_output=True, text=True, check=False,
        timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "In insurgent hands" in done.stdout
    assert same(tmp_path / "runs" / "many", alone)


JOBQUEUE = """
from distributed import LocalCluster

class SLURMCluster(LocalCluster):
    def __init__(self, queue, account, walltime, cores, processes, memory):
        assert memory.endswith("GiB") and processes == cores
        super().__init__(n_workers=0, threads_per_worker=1, dashboard_address=None)

    def scale(self, jobs):
        super().scale(2)
"""


@pytest.mark.slow
def test_python_of_the_page_gives_the_bits_of_this_machine(tmp_path, alone):
    """Jobs of a queue are two processes here; the rest is as it stands."""
    (tmp_path / "dask_jobqueue.py").write_text(JOBQUEUE)
    code = CODE["python"].replace(
        "Request(members=5000)", "Request(members=20, until=date(2021, 5, 20))"
    )
    assert code != CODE["python"]
    code = code.replace("run_to_folder(war,", "run_to_folder(war, Path('many'),")
    body = textwrap.indent(code, "    ")
    head = "from datetime import date\nfrom pathlib import Path\nif __name__ == '__main__':\n"
    (tmp_path / "page.py").write_text(head + body)
    done = subprocess.run(
        [sys.executable, "page.py"], cwd=tmp_path, env=surroundings(tmp_path / "compiled"),
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert same(tmp_path / "many", alone)
