"""What a disk, a folder, a file or a second process does to a run: a clear error, nothing lost."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from datetime import date
from pathlib import Path

import pytest

from holdfast.cli import DONE, FAILED, STOPPED, WRONG, main
from holdfast.study import Request, load
from holdfast.study.fit_store import begin
from holdfast.study.keep import (
    LOCK,
    UNFINISHED,
    claimed,
    digest,
    locked,
    write_folder_once,
    write_whole,
)
from holdfast.study.machine import device, processor
from holdfast.study.publish import DATA, REPORT, SUMMARY, WHY, resume, run_to_folder
from holdfast.study.simulate import prepare
from holdfast.study.store import MANIFEST, PARTS, compute, new_folder
from holdfast.study.why import why
from study.killing import compiling_once, differences, inherited

REQUEST = Request(members=30, seed=2, until=date(2001, 1, 20))
COMMAND = ["run", "ring", "--members", "30", "--seed", "2", "--until", "2001-01-20"]


@pytest.fixture(scope="module")
def war():
    return prepare(load("ring"), REQUEST)


@pytest.fixture(scope="module")
def whole(war, tmp_path_factory):
    """A complete run."""
    where = tmp_path_factory.mktemp("whole") / "run"
    run_to_folder(war, where)
    return where


@pytest.fixture(scope="module")
def stopped(war, tmp_path_factory):
    """A run with all its parts, of which nothing has been made."""
    where = tmp_path_factory.mktemp("stopped") / "run"
    folder = new_folder(war, where, device(), processor())
    list(compute(folder, war))
    return folder.path


@pytest.fixture
def run(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "run")


@pytest.fixture
def begun(stopped, tmp_path):
    return shutil.copytree(stopped, tmp_path / "run")


@pytest.fixture(scope="module")
def env(tmp_path_factory):
    return compiling_once(tmp_path_factory.mktemp("cache"))


def snapshot(folder):
    """Every file of a folder with its bytes and the time at which it was written."""
    return {p.relative_to(folder): (p.read_bytes(), p.stat().st_mtime_ns)
            for p in folder.rglob("*") if p.is_file()}  # fmt: skip


def refused(capsys, folder, *words):
    """What a command says that is refused and leaves a folder as it was."""
    before = snapshot(folder)
    assert main([str(w) for w in words]) == WRONG
    assert snapshot(folder) == before
    return capsys.readouterr().err


# ------------------------------------------------------------------------ what is kept


def test_a_complete_run_is_left_as_it_is(run, capsys):
    before = snapshot(run)
    assert main(["run", "--resume", str(run)]) == DONE
    assert snapshot(run) == before
    assert "complete already and left as it was" in capsys.readouterr().out


def test_a_run_killed_between_its_last_word_and_the_removal_of_its_parts_is_tidied(run, stopped):
    before = snapshot(run)
    shutil.copytree(stopped / PARTS, run / PARTS)
    (run / LOCK).touch()
    resume(run)
    assert snapshot(run) == before
    assert not (run / PARTS).exists()


def test_what_killed_processes_left_unfinished_is_removed(begun, whole):
    for left in (begun / f".{SUMMARY}.77{UNFINISHED}", begun / PARTS / f".members.8{UNFINISHED}"):
        left.write_text("half")
    (begun / f".{DATA}.77{UNFINISHED}" / "c").mkdir(parents=True)
    (begun / DATA / "stale").mkdir(parents=True)
    (begun / SUMMARY).write_text("half of a table")
    resume(begun)
    assert differences(begun, whole) == []


def test_a_file_is_whole_or_as_it_was_when_writing_it_fails(tmp_path):
    (tmp_path / "file").write_text("as it was")
    _, most = before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, most))
    try:
        with pytest.raises(OSError, match="too large") as failed:
            write_whole(tmp_path / "file", b"x" * 10_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert failed.value.filename == str(tmp_path / "file")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == "as it was"


@pytest.mark.slow
def test_a_run_stopped_by_hand_says_how_to_go_on(war, tmp_path, env):
    folder = tmp_path / "a run"
    long = [*COMMAND[:3], "20000", *COMMAND[4:], "--out", str(folder)]
    call = [sys.executable, "-m", "holdfast", *long]
    with inherited():
        child = subprocess.Popen(call, env=env, text=True, stderr=subprocess.PIPE)
    _until(lambda: list((folder / PARTS).glob("[!.]*")), child)
    child.send_signal(signal.SIGINT)
    _, told = child.communicate(timeout=60)
    assert child.returncode == STOPPED
    assert told == f"stopped; go on with: holdfast run --resume '{folder}'\n"
    assert not (folder / LOCK).exists()
    assert not list(folder.rglob(f"*{UNFINISHED}"))


def _until(there, child):
    deadline = time.monotonic() + 120
    while not there():
        assert child.poll() is None, "ended too early"
        assert time.monotonic() < deadline
        time.sleep(0.005)


# ------------------------------------------------------------------------ altered files


def flipped(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def truncated(path):
    path.write_bytes(path.read_bytes()[:-7])


def emptied(path):
    path.write_bytes(b"")


@pytest.mark.parametrize("spoil", [flipped, truncated, emptied])
def test_a_part_that_is_not_as_it_was_written_is_refused(begun, whole, capsys, spoil):
    part = sorted((begun / PARTS).iterdir())[1]
    spoil(part)
    said = refused(capsys, begun, "run", "--resume", begun)
    assert str(part) in said
    assert "delete it and resume" in said
    part.unlink()
    assert main(["run", "--resume", str(begun)]) == DONE
    assert differences(begun, whole) == []


def test_a_part_of_another_run_is_refused(begun, war, capsys):
    other = prepare(war.scenario, Request(members=30, seed=3, until=REQUEST.until))
    folder = new_folder(other, begun.with_name("other"), device())
    list(compute(folder, other))
    for ours in (begun / PARTS).iterdir():
        ours.unlink()
    for theirs in (folder.path / PARTS).iterdir():
        shutil.copy(theirs, begun / PARTS)
    assert "part of a run" in refused(capsys, begun, "run", "--resume", begun)


def a_chunk(run):
    return max((p for p in (run / DATA / "held").rglob("*") if p.is_file()),
               key=lambda p: p.stat().st_size)  # fmt: skip


@pytest.mark.parametrize("spoil", [flipped, truncated, Path.unlink])
def test_a_chunk_of_the_data_that_is_not_as_it_was_written_is_refused(run, capsys, spoil):
    """Without a digest a chunk that is gone would be read as zeros."""
    spoil(a_chunk(run))
    for words in (("why", run, "R02"), ("run", "--resume", run)):
        said = refused(capsys, run, *words)
        assert str(run / DATA) in said
        assert "begin the run again" in said


@pytest.mark.parametrize("name", [SUMMARY, WHY, REPORT, "summary.txt"])
def test_any_file_of_a_complete_run_that_was_altered_is_named(run, capsys, name):
    flipped(run / name)
    assert str(run / name) in refused(capsys, run, "run", "--resume", run)


# ------------------------------------------------------------------------ manifests

MANIFESTS = {
    "another format": (lambda m: m | {"format": 2}, "it has format 2"),
    "no format": (lambda m: {k: v for k, v in m.items() if k != "format"}, "it has format none"),
    "another version": (lambda m: m | {"holdfast": "9.9"}, "as when it began: 9.9"),
    "another JAX": (lambda m: m | {"jax": "0.1"}, "as when it began: 0.1"),
    "another device": (lambda m: m | {"device": "gpu: x"}, "as when it began: gpu: x"),
    "another scenario": (lambda m: m | {"scenario_fingerprint": "0"}, "was altered"),
    "another seed": (lambda m: m | {"request": m["request"] | {"seed": 9}}, "was altered"),
    "an unknown key": (lambda m: m | {"colour": "red"}, "colour: "),
    "a missing key": (lambda m: {k: v for k, v in m.items() if k != "request"}, "request: "),
    "a wrong type": (lambda m: m | {"complete": "no"}, "complete of type bool"),
    "true for a number": (lambda m: m | {"days": True}, "days of type int"),
    "said to be complete": (lambda m: m | {"complete": True}, "was altered"),
    "a list": (lambda m: [m], "was altered"),
    "nothing": (lambda m: None, "was altered"),
}


@pytest.mark.parametrize("case", MANIFESTS)
def test_a_manifest_that_is_not_this_run_s_is_refused(begun, capsys, case):
    change, told = MANIFESTS[case]
    found = json.loads((begun / MANIFEST).read_text())
    (begun / MANIFEST).write_text(json.dumps(change(found)))
    assert told in refused(capsys, begun, "run", "--resume", begun)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe\x00", b"[" * 100_000, b"NaN"])
def test_a_manifest_that_is_no_json_is_refused(begun, capsys, content):
    (begun / MANIFEST).write_bytes(content)
    for words in (("run", "--resume", begun), ("why", begun, "R01")):
        assert "was altered" in refused(capsys, begun, *words)


def test_a_run_of_a_scenario_that_has_changed_is_refused(war, tmp_path, capsys, monkeypatch):
    ours = shutil.copytree(war.scenario.tables.folder, tmp_path / "mine")
    monkeypatch.chdir(tmp_path)
    folder = new_folder(prepare(load("mine"), REQUEST), tmp_path / "run", device())
    monkeypatch.chdir("/")  # it is found again from anywhere
    table = ours / "posts.csv" if (ours / "posts.csv").exists() else ours / "districts.csv"
    table.write_bytes(table.read_bytes().replace(b"\n", b"\r\n"))
    assert "as when it began" in refused(capsys, folder.path, "run", "--resume", folder.path)


def test_a_folder_that_is_no_run_is_left_alone(tmp_path, capsys):
    (tmp_path / "mine").write_text("precious")
    said = refused(capsys, tmp_path, "run", "--resume", tmp_path)
    assert "a folder written by `holdfast run`" in said
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]


NOT_A_REQUEST = {
    "an unknown key": lambda r: r | {"colour": "red"},
    "a key that is gone": lambda r: {k: v for k, v in r.items() if k != "seed"},
    "members in words": lambda r: r | {"members": "x"},
    "true for a number": lambda r: r | {"members": True},
    "a list for the changes": lambda r: r | {"changes": ["fear.strength=1"]},
    "numbers for the changes": lambda r: r | {"changes": {"fear.strength": 1}},
    "an object for a day": lambda r: r | {"until": {}},
    "a day that is none": lambda r: r | {"until": "2001-02-30"},
    "a text for names": lambda r: r | {"without": "fear"},
    "numbers for names": lambda r: r | {"only": [1]},
    "no number": lambda r: r | {"dt": float("nan")},
    "half a character": lambda r: r | {"parameters": "\ud800"},
    "a number without end": lambda r: r | {"seed": 10**400},
    "many levels": lambda r: r | {"only": nested(500)},
    "a list": lambda r: [r],
}
"""Requests as no run wrote them, in manifests whose seal was made anew."""


def nested(levels):
    found = []
    for _ in range(levels):
        found = [found]
    return found


def resealed(manifest):
    """A manifest with the seal that what it says now would have."""
    said = {key: value for key, value in manifest.items() if key != "seal"}
    return said | {"seal": digest(json.dumps(said, sort_keys=True).encode())}


@pytest.mark.parametrize("case", NOT_A_REQUEST)
def test_a_request_that_no_run_wrote_is_refused_though_its_seal_fits(begun, capsys, case):
    found = json.loads((begun / MANIFEST).read_text())
    found = resealed(found | {"request": NOT_A_REQUEST[case](found["request"])})
    (begun / MANIFEST).write_text(json.dumps(found))
    said = refused(capsys, begun, "run", "--resume", begun)
    assert said.startswith("manifest: ")
    assert "was altered" in said
    assert said.count("\n") == 1


def test_every_part_of_a_request_is_found_again(war):
    asked = Request(3, 4, ("fear",), (), {"fear.strength": "1"}, date(2001, 2, 1), 0.5)
    assert Request.from_dict(json.loads(json.dumps(asked.as_dict()))) == asked


def test_nothing_is_told_of_a_run_whose_manifest_was_altered(run, capsys):
    found = json.loads((run / MANIFEST).read_text())
    (run / MANIFEST).write_text(json.dumps(found | {"started": "2001-01-01"}))
    assert "was altered" in refused(capsys, run, "why", run, "R02")


NOT_A_FIT = {
    "effort": ["much", ""], "seed": [-1, 2**32, True], "known_on": ["yesterday", "2001-02-30"],
    "without": [[1], "fear"], "files": [{"draws.csv": 1}, []], "scenario": ["\0", 7],
}  # fmt: skip


@pytest.mark.parametrize(("key", "value"), [(k, v) for k, vs in NOT_A_FIT.items() for v in vs])
def test_a_fit_that_nobody_made_is_refused_though_its_seal_fits(tmp_path, capsys, key, value):
    begin(tmp_path, load("ring"), date(2001, 2, 1), "quick", 1)
    found = json.loads((tmp_path / "fit.json").read_text())
    (tmp_path / "fit.json").write_text(json.dumps(resealed(found | {key: value})))
    out = ["--fit", tmp_path, "--out", tmp_path / "new"]
    for words in (["fit", "--resume", tmp_path], ["explain", *out], ["forecast", *out]):
        said = refused(capsys, tmp_path, *words)
        assert "fit.json" in said
        assert said.count("\n") == 1


# ------------------------------------------------------------------------ where it is written

NO_PLACES = {
    "~/x": "no shell has put your home in the place of '~'",
    "~": "no shell",
    "file::x": "not an address",
    "http::x": "not an address",
    "zip::a/b": "not an address",
    "s3://b/x": "not an address",
    "memory://": "not an address",
    "b\udcff": "a path in UTF-8",
    "a\nb": "without line breaks",
    "x" * 300: "a path that can be had here",
    "link": "link is a link that leads nowhere",
    "link/x": "link is a link that leads nowhere",
    "file": "a folder that does not exist or is empty",
    "file/x": "file is a file",
    "dir/../file/x": "file is a file",
}


@pytest.mark.parametrize("out", NO_PLACES)
@pytest.mark.parametrize(
    "words",
    [["run", "ring"], ["what-if", "ring", "--without", "fear"], ["fit", "ring"],
     ["explain", "ring"], ["forecast", "ring", "--from", "2001-02-01"]],
    ids=lambda words: words[0],
)  # fmt: skip
def test_a_folder_that_may_be_read_in_two_ways_is_refused(
    tmp_path, monkeypatch, capsys, out, words
):
    """xarray and zarr take `~` for a home and `NAME::` for what is to be unpacked or fetched."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "link").symlink_to("nowhere")
    (tmp_path / "file").touch()
    said = refused(capsys, tmp_path, *words, f"--out={out}")
    assert NO_PLACES[out] in said
    assert {p.name for p in tmp_path.iterdir()} == {"link", "file"}


@pytest.mark.parametrize("name", ["~", "zip::a", "s3:"])
def test_a_run_in_a_folder_of_such_a_name_is_written_there_and_nowhere_else(
    begun, whole, tmp_path, monkeypatch, name
):
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    (tmp_path / name).mkdir()
    begun.rename(tmp_path / name / "run")
    monkeypatch.chdir(tmp_path)
    resume(Path(name, "run"))
    assert differences(tmp_path / name / "run", whole) == []
    assert list(home.iterdir()) == []


def test_a_path_with_dots_makes_the_folder_that_it_names_and_no_other(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with claimed(Path("on/the/../../run"), "runs", "", "") as folder:
        (folder / "kept").touch()
    assert [p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*")] == ["run", "run/kept"]


@pytest.mark.parametrize("name", [".lock", ".x.unfinished", ".x.1.unfinished.bak"])
def test_files_of_the_user_s_are_not_taken_for_ours(tmp_path, capsys, name):
    (tmp_path / name).touch()
    said = refused(capsys, tmp_path, *COMMAND, "--out", tmp_path)
    assert "a folder that does not exist or is empty" in said


def test_a_folder_in_which_a_process_of_ours_was_killed_counts_as_empty(tmp_path):
    with claimed(tmp_path / "a", "runs", "", "") as folder:
        lock = (folder / LOCK).read_bytes()
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / LOCK).write_bytes(lock)
    (tmp_path / "b" / f".manifest.json.77{UNFINISHED}").write_text("half")
    with claimed(tmp_path / "b", "runs", "", "") as folder:
        assert [p.name for p in folder.iterdir()] == [LOCK]
    assert (tmp_path / "b").exists()


def test_folders_made_on_the_way_go_with_one_in_which_nothing_was_written(tmp_path):
    with pytest.raises(OSError, match="no room"), claimed(tmp_path / "a/b/c", "", "", ""):
        raise OSError("no room")
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------------ folders made at once


def test_a_folder_is_on_the_disk_with_all_its_files_before_it_has_its_name(tmp_path, monkeypatch):
    synced, real = [], os.fsync

    def fsync(opened):
        synced.append((Path(os.readlink(f"/proc/self/fd/{opened}")), (tmp_path / "war").exists()))
        real(opened)

    def write(folder):
        (folder / "record").mkdir()
        for name in ("a.csv", "record/b.csv"):
            (folder / name).write_text("x")

    monkeypatch.setattr(os, "fsync", fsync)
    write_folder_once(tmp_path / "war", write)
    before = sorted(path.name for path, there in synced if not there)
    assert before == sorted(["a.csv", "b.csv", "record", f".war.{os.getpid()}{UNFINISHED}"])
    assert [path for path, there in synced if there] == [tmp_path]
    assert [p.name for p in tmp_path.iterdir()] == ["war"]


def test_a_folder_with_something_in_it_is_not_replaced(tmp_path):
    def write(folder):
        (folder / "new").touch()
        (tmp_path / "war").mkdir()
        (tmp_path / "war" / "precious").touch()

    with pytest.raises(OSError, match="not empty"):
        write_folder_once(tmp_path / "war", write)
    assert [p.name for p in tmp_path.rglob("*")] == ["war", "precious"]


WRITER = """
import sys, time
from pathlib import Path
from holdfast.study.keep import write_folder_once
def write(folder):
    (folder / "half").touch()
    print("writing", flush=True)
    time.sleep(600)
write_folder_once(Path(sys.argv[1]), write)
"""


@pytest.mark.slow
def test_what_a_killed_process_left_beside_a_folder_is_taken_away_and_of_one_that_lives_is_not(
    tmp_path,
):
    def writing():
        call = [sys.executable, "-c", WRITER, str(tmp_path / "war")]
        child = subprocess.Popen(call, stdout=subprocess.PIPE, text=True)
        assert child.stdout.readline() == "writing\n"
        return child

    killed, lives = writing(), writing()
    killed.kill()
    killed.wait()
    assert len(list(tmp_path.glob(f".war.*{UNFINISHED}"))) == 2
    write_folder_once(tmp_path / "war", lambda folder: (folder / "whole").touch())
    left = [p.name for p in tmp_path.glob(".war.*")]
    lives.kill()
    lives.wait()
    for child in (killed, lives):
        child.stdout.close()
    assert left == [f".war.{lives.pid}{UNFINISHED}"]
    assert [p.name for p in (tmp_path / "war").iterdir()] == ["whole"]


# ------------------------------------------------------------------------ two processes

HOLDER = """
import sys, time
from pathlib import Path
from holdfast.study.keep import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder():
    """Lets another process hold a folder until it is killed."""
    children = []

    def hold(folder):
        call = [sys.executable, "-c", HOLDER, str(folder)]
        children.append(subprocess.Popen(call, stdout=subprocess.PIPE, text=True))
        assert children[-1].stdout.readline() == "held\n"
        return children[-1]

    yield hold
    for child in children:
        child.kill()
        child.wait()
        child.stdout.close()


@pytest.mark.slow
def test_a_folder_that_another_process_writes_is_refused(begun, whole, capsys, holder):
    other = holder(begun)
    said = refused(capsys, begun, "run", "--resume", begun)
    assert "one that no other process writes" in said
    other.kill()  # as it dies it lets go, and leaves its lock behind
    other.wait()
    assert (begun / LOCK).exists()
    assert main(["run", "--resume", str(begun)]) == DONE
    assert differences(begun, whole) == []


@pytest.mark.slow
def test_a_new_run_into_a_folder_that_is_being_written_is_refused(tmp_path, capsys, holder):
    holder(tmp_path)
    said = refused(capsys, tmp_path, *COMMAND, "--out", tmp_path)
    assert "one that no other process writes" in said


@pytest.mark.slow
def test_a_complete_run_is_read_while_another_process_holds_its_folder(run, holder):
    holder(run)
    assert why(run, "R02")


@pytest.mark.slow
def test_two_runs_begun_at_once_in_one_folder_leave_one_whole_run(tmp_path, whole, env):
    folder = tmp_path / "run"
    call = [sys.executable, "-m", "holdfast", *COMMAND, "--out", str(folder)]
    both = [subprocess.Popen(call, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                             text=True) for _ in range(2)]  # fmt: skip
    told = [child.communicate()[1] for child in both]
    assert sorted(child.returncode for child in both) == [DONE, WRONG]
    assert "folder" in "".join(told)
    assert differences(folder, whole) == []


def test_two_folders_named_by_the_clock_in_one_second_are_two(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = []
    for _ in range(3):
        with claimed(None, "runs", "ring", "") as folder:
            (folder / "kept").touch()
            made.append(folder)
    assert len({*made}) == 3


def test_a_claimed_folder_in_which_nothing_was_written_is_taken_away(tmp_path):
    with pytest.raises(OSError, match="no room"), claimed(tmp_path / "a", "runs", "", ""):
        raise OSError("no room")
    assert not (tmp_path / "a").exists()
    (tmp_path / "b").mkdir()
    with pytest.raises(OSError, match="no room"), claimed(tmp_path / "b", "runs", "", ""):
        raise OSError("no room")
    assert not list((tmp_path / "b").iterdir())


def test_a_lock_taken_away_while_it_is_waited_for_is_not_held_by_two(tmp_path):
    with locked(tmp_path):
        (tmp_path / LOCK).unlink()
        (tmp_path / LOCK).touch()
        with locked(tmp_path):  # a lock file of its own: the first has lost its place
            assert (tmp_path / LOCK).exists()


# ------------------------------------------------------------------------ the disk


def holdfast(*words, env, before):
    """A command as a process of its own; `before` is Python that it begins with."""
    code = f"import ctypes, os, resource, sys\n{before}\nos.execv(sys.executable, sys.argv[1:])"
    call = [sys.executable, "-c", code, sys.executable, "-m", "holdfast", *(str(w) for w in words)]
    return subprocess.run(call, env=env, capture_output=True, text=True, check=False)


WITHOUT_POWER = """
if os.geteuid() == 0:  # give up what lets root write anywhere: PR_CAPBSET_DROP, CAP_DAC_OVERRIDE
    assert ctypes.CDLL(None).prctl(24, 1, 0, 0, 0) == 0
"""


@pytest.mark.slow
@pytest.mark.parametrize("limit", [200, 40_000, 100_000])
def test_a_file_that_may_not_grow_stops_a_run_that_is_gone_on_with(tmp_path, whole, env, limit):
    """The limit is met by the manifest, then by a part or a file of the data, then by the page."""
    folder = tmp_path / "run"
    shrunk = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))"
    uncached = env | {"JAX_ENABLE_COMPILATION_CACHE": "false"}
    done = holdfast(*COMMAND, "--out", folder, env=uncached, before=shrunk)
    assert done.returncode == FAILED, done.stderr
    assert "File too large" in done.stderr
    assert "Traceback" not in done.stderr
    if limit == 200:
        assert not folder.exists()
        return
    assert f"then go on with: holdfast run --resume {folder}" in done.stderr
    assert not list(folder.rglob(f"*{UNFINISHED}"))
    resume(folder)
    assert differences(folder, whole) == []


FULL = """
import json, shutil, subprocess, sys
from pathlib import Path
from holdfast.cli import main
where, size, *command = sys.argv[1:]
mount = lambda options: subprocess.run(
    ["mount", *options, "-t", "tmpfs", "none", where], check=True)
mount(["-o", f"size={size}"])
folder = Path(where, "run")
status = main([*command, "--out", str(folder)])
left = [p.name for p in folder.rglob("*.unfinished")] if folder.exists() else None
if status == 1 and folder.exists():
    mount(["-o", "remount,size=64m"])
    status = [status, main(["run", "--resume", str(folder)])]
    shutil.copytree(folder, where + "-kept/run")
Path(where + "-said").write_text(json.dumps([status, left]))
"""


def own_mounts():
    """How a process gets mounts of its own here, as root or not; empty where it may not."""
    for options in (["-m"], ["-rm"]):
        call = ["unshare", *options, "sh", "-c", "mount -t tmpfs none /mnt"]
        if shutil.which("unshare") and not subprocess.run(call, capture_output=True).returncode:
            return ["unshare", *options]
    return []


@pytest.mark.slow
@pytest.mark.parametrize("size", ["40k", "60k", "300k", "500k"])
def test_a_disk_that_is_full_stops_a_run_that_is_gone_on_with(tmp_path, whole, env, size):
    """A real file system without room: for a run, seen beforehand; for the data; for the page."""
    if not (apart := own_mounts()):
        pytest.skip("no mounts of one's own here; the limit on files is tried in any case")
    where = tmp_path / "disk"
    where.mkdir()
    call = [*apart, sys.executable, "-c", FULL, str(where), size, *COMMAND]
    done = subprocess.run(call, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    status, left = json.loads(Path(f"{where}-said").read_text())
    if size == "40k":
        assert "allowed: some 21 with the" in done.stderr  # a lock has its block too
        assert (status, left) == (WRONG, None)
        return
    assert f"could not write or read {where}/run" in done.stderr
    assert "No space left on device; cure: free some space" in done.stderr
    assert f"then go on with: holdfast run --resume {where}/run" in done.stderr
    assert left == []
    assert status == [FAILED, DONE]
    assert differences(Path(f"{where}-kept") / "run", whole) == []


@pytest.fixture
def read_only():
    """Makes folders read-only, and writable again at the end."""
    closed = []

    def close(folder):
        closed.extend(p for p in (folder, *folder.rglob("*")) if p.is_dir())
        for place in closed:
            place.chmod(0o555)

    yield close
    for place in closed:
        place.chmod(0o755)


@pytest.mark.slow
def test_a_folder_that_may_not_be_written_is_named_and_left_alone(begun, env, read_only):
    read_only(begun)
    before = snapshot(begun)
    done = holdfast("run", "--resume", begun, env=env, before=WITHOUT_POWER)
    assert done.returncode == FAILED
    assert f"could not write or read {begun}" in done.stderr
    assert "Permission denied; cure: make it readable and writable" in done.stderr
    done = holdfast(*COMMAND, "--out", begun / "new", env=env, before=WITHOUT_POWER)
    assert done.returncode == FAILED
    assert "Permission denied" in done.stderr
    assert snapshot(begun) == before


@pytest.mark.slow
def test_a_complete_run_that_may_not_be_written_is_read(run, env, read_only):
    read_only(run)
    done = holdfast("run", "--resume", run, env=env, before=WITHOUT_POWER)
    assert done.returncode == DONE, done.stderr
    assert "complete already" in done.stdout


@pytest.mark.slow
def test_output_that_nobody_can_take_is_said(env):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "holdfast", "mechanisms"], stdout=full, stderr=subprocess.PIPE,
            env=env, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == FAILED
    assert done.stderr == textwrap.dedent("""\
        could not write or read: No space left on device; cure: free some space
    """)
