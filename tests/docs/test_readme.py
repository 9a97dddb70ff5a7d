"""The front page: what it says to type does what it says."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs.documents import ROOT, blocks, expect, shown, surroundings

MADE = "make run", "make test", "make install", "make test-all"
FIRST = {
    "holdfast run --out runs/summer": ("In insurgent hands", r"^2021-08-15 ", "National collapse"),
    'holdfast why runs/summer "Dawlat Abad, Faryab"': (
        r"^Dawlat Abad \(AF\d+\), Faryab",
        "What pressed on its men",
    ),
    "holdfast what-if --without contagion": (
        "without contagion",
        r"districts held by insurgents .* -\d",  # fewer fall
    ),
    "holdfast mechanisms": ("contagion", "pledge", "ally_withdrawal"),
}
FITTED = {
    "holdfast fit --until 2021-07-07 --quick --out fits/july": (
        "2021-07-07",
        r"contagion\.strength",
    ),
    "holdfast forecast --fit fits/july": (r"2021-0[78]-", "log score|CRPS"),
    "holdfast explain --fit fits/july": ("contagion", r"no verdict|%"),
}
SERVE = "holdfast serve"


def python_of(page: str) -> str:
    (code,) = (block.text for block in blocks(page) if block.kind == "python")
    return code


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def test_each_target_that_a_page_names_is_one():
    named = {line.split()[1] for p in ("README.md", "CONTRIBUTING.md", "docs/index.md")
             for line in shown(p) if line.startswith("make ")}  # fmt: skip
    assert {"run", "test", "install"} <= named <= targets()


def test_every_line_of_the_front_page_is_tried():
    tried = {*MADE, *FIRST, *FITTED, SERVE}
    assert set(shown("README.md")) <= tried
    assert {*FIRST, *FITTED, SERVE} <= set(shown("README.md"))


@pytest.mark.nightly
def test_a_fresh_clone_installs_itself_and_simulates_the_summer(tmp_path):
    """`make run` as a newcomer types it: what is committed, in a new folder."""
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", ROOT, clone], check=True)
    done = subprocess.run(["make", "run"], cwd=clone, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "National collapse" in done.stdout
    (report,) = clone.glob("runs/*/report.html")
    assert report.stat().st_size > 100_000


@pytest.mark.slow
def test_the_first_commands_work_one_after_another(tmp_path):
    for line, says in FIRST.items():
        expect(line, tmp_path, *says)
    assert (tmp_path / "runs" / "summer" / "report.html").exists()


@pytest.mark.nightly
def test_a_fit_a_forecast_and_an_explanation_follow_one_another(tmp_path):
    for line, says in FITTED.items():
        expect(line, tmp_path, *says)
    assert (
        json.loads((tmp_path / "fits" / "july" / "fit.json").read_text())["until"] == "2021-07-07"
    )


@pytest.mark.slow
def test_the_page_is_served_on_this_machine_alone(tmp_path):
    server = subprocess.Popen(
        [sys.executable, "-m", *SERVE.split(), "--no-browser"], cwd=tmp_path, text=True,
        env=surroundings(tmp_path / "compiled"), stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        assert re.search(r"http://127\.0\.0\.1:\d+/", server.stdout.readline())
    finally:
        server.terminate()
        server.wait(60)
        server.stdout.close()


@pytest.mark.slow
@pytest.mark.parametrize("page", ["README.md", "docs/index.md"])
def test_python_of_a_front_page_gives_a_data_set(page: str, tmp_path: Path):
    code = python_of(page) + "\nassert run.observables.sizes['member'] == 100\n"
    done = subprocess.run(
        [sys.executable, "-c", code + "print(list(run.observables.sizes))"], cwd=tmp_path,
        env=surroundings(tmp_path / "compiled"), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "'district'" in done.stdout


@pytest.mark.slow
def test_the_runs_of_the_first_page_of_the_manual_print_their_tables(tmp_path):
    for line in shown("docs/index.md"):
        if line.startswith("holdfast"):
            expect(line, tmp_path, "In insurgent hands", "National collapse")
