"""Ctrl-C ends the program whatever it is at: at once, without a traceback, never swallowed."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from study.killing import inherited

STOPPED = 130
UNDER_XLA = """
import ctypes
f = ctypes.CFUNCTYPE(None)
def spin():
    print("there", flush=True)
    while True:
        pass
f(spin)()  # what a callback raises is told and goes no further, as in XLA
print("it was swallowed", flush=True)
"""
IN_COMPILED_CODE = """
import hashlib
print("there", flush=True)
hashlib.pbkdf2_hmac("sha256", b"", b"", 10**9)  # lets other threads run, and takes minutes
"""
WHILE_WRITING = """
import os, sys
from holdfast.stopping import GoingOn, Undoing
with Undoing(lambda: os.write(1, b"second")), Undoing(lambda: os.write(1, b"first ")):
    with Undoing(lambda: os.unlink("nowhere")), GoingOn("holdfast run --resume x"):
        print("there", flush=True)
        while True:
            pass
"""
LIMITED = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (3_000_000 * 1024,) * 2)
os.execv(sys.executable, [sys.executable, "-m", "holdfast", "mechanisms"])
"""


def begun(*words, ignored=(), where=None):
    """A process that heeds signals, but for those ignored, whatever these tests are begun from."""
    with inherited(ignored):
        return subprocess.Popen(
            [sys.executable, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            cwd=where,
        )  # fmt: skip


def code(what, **how):
    child = begun("-c", f"from holdfast.stopping import heed\nheed()\n{what}", **how)
    assert child.stdout.readline() == "there\n"
    return child


def told(child, number=signal.SIGINT, wait=20):
    child.send_signal(number)
    try:
        out, err = child.communicate(timeout=wait)
    finally:
        child.kill()
        child.wait()
    return child.returncode, out, err


@pytest.mark.parametrize("what", [UNDER_XLA, IN_COMPILED_CODE], ids=["callback", "compiled"])
def test_ctrl_c_is_not_swallowed_and_does_not_wait(what):
    assert told(code(what)) == (STOPPED, "", "stopped\n")


def test_what_is_unfinished_is_undone_latest_first_and_a_line_says_how_to_go_on():
    said = "stopped; go on with: holdfast run --resume x\n"
    assert told(code(WHILE_WRITING)) == (STOPPED, "first second", said)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_who_is_told_to_end_by_another_program_says_by_which_signal(number):
    assert told(code(WHILE_WRITING), number)[0] == 128 + number


def test_what_was_to_be_ignored_stays_ignored():
    """A program begun with nohup outlives its terminal."""
    child = code(WHILE_WRITING, ignored=[signal.SIGHUP])
    child.send_signal(signal.SIGHUP)
    time.sleep(0.2)
    assert child.poll() is None
    assert told(child)[0] == STOPPED


def test_a_second_ctrl_c_ends_what_takes_too_long_to_undo():
    child = code(WHILE_WRITING.replace('os.write(1, b"first ")', "time.sleep(600)")
                 .replace("import os", "import os, time"))  # fmt: skip
    child.send_signal(signal.SIGINT)
    assert child.stderr.readline().startswith("stopped")
    time.sleep(0.2)  # as fast as a hand can
    assert told(child)[:2] == (STOPPED, "")


def wait_for_the_program(child):
    """Until Python has started and heeds what it does not heed by itself; told by the kernel."""
    status = Path(f"/proc/{child.pid}/status")
    heeded = 1 << (signal.SIGHUP - 1)
    deadline = time.monotonic() + 20
    while status.exists() and time.monotonic() < deadline:
        caught = re.search(r"^SigCgt:\s*(\w+)", status.read_text(), re.MULTILINE)
        if caught and int(caught[1], 16) & heeded:
            return
        time.sleep(0.002)
    if status.exists():
        raise TimeoutError("the program does not heed SIGHUP")
    time.sleep(0.5)  # no Linux


def stopped_at(moment, *words):
    child = begun("-m", "holdfast", *words)
    wait_for_the_program(child)
    time.sleep(moment)
    return told(child)


@pytest.mark.parametrize("moment", [0.0, 0.25, 0.5])
def test_the_program_is_stopped_while_it_loads(moment, tmp_path):
    said = stopped_at(moment, "run", "ring", "--members", "400", "--out", str(tmp_path / "run"))
    assert said == (STOPPED, "", "stopped\n")
    assert not (tmp_path / "run").exists()


LONG = {
    "run": ["ring", "--members", "4000"],
    "what-if": ["ring", "--members", "4000", "--without", "fear"],
    "fit": ["ring"],
    "explain": ["ring"],
}


@pytest.mark.slow
@pytest.mark.parametrize("command", LONG)
@pytest.mark.parametrize("sixth", range(6))
def test_the_program_is_stopped_at_any_moment(command, sixth, tmp_path):
    """Moments count from when Python has started, and with it the first line of ours."""
    for moment in [0.65 * sixth + 0.13 * step for step in range(5)]:
        out = tmp_path / f"{moment:.2f}"
        words = [command, *LONG[command], *([] if command == "explain" else ["--out", str(out)])]
        child = begun("-m", "holdfast", *words, where=tmp_path)
        wait_for_the_program(child)
        time.sleep(moment)
        began = time.monotonic()
        status, _, err = told(child, wait=60)
        assert (status, err.count("\n")) == (STOPPED, 1), f"at {moment:.2f} s: {err}"
        assert err.startswith("stopped"), err
        assert time.monotonic() - began < 5
        assert not [p for p in tmp_path.rglob(".*") if p.name != ".jax"], f"at {moment:.2f} s"


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"]])
def test_the_end_of_who_reads_the_output_is_no_fault(words):
    reads, writes = os.pipe()
    os.close(reads)
    call = [sys.executable, "-m", "holdfast", *words]
    done = subprocess.run(call, stdout=writes, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writes)
    assert (done.returncode, done.stderr) == (0, "")


def test_memory_that_is_limited_too_far_is_said_before_anything_is_loaded():
    child = begun("-c", LIMITED)
    out, err = child.communicate(timeout=20)
    assert (child.returncode, out, err.count("\n")) == (2, "", 1)
    assert "memory is limited to 2.86 GiB here (ulimit -v)" in err
    assert "ulimit -v unlimited" in err
