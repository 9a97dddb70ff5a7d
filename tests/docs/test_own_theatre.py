"""The how-to of a theatre of one's own can be followed from nothing to a picture."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from chromium import chromium, needs_chromium
from holdfast.cli import parser

PAGE = (Path(__file__).parents[2] / "docs" / "how-to-bring-your-own-theatre.md").read_text("utf-8")
BLOCKS = re.findall(r"^```bash\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
SERVED = re.findall(r"^```console\n\$ holdfast (serve .*)\n```", PAGE, re.MULTILINE)
ENTRY = Path(sys.executable).with_name("holdfast")
MADE = [block for block in BLOCKS if "holdfast run" not in block]


def follow(blocks, folder: Path) -> list[str]:
    """Run blocks of the page one after another in a folder, each to its end; their outputs."""
    env = os.environ | {
        "PATH": f"{ENTRY.parent}{os.pathsep}{os.environ['PATH']}",
        "JAX_COMPILATION_CACHE_DIR": str(folder / "compiled"),
        "COLUMNS": "80",
    }
    told = []
    for block in blocks:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block], cwd=folder, env=env, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
        told_of = done.stderr.splitlines()  # tables that the coast does not have, and nothing else
        assert all(line.startswith("note: There is no ") for line in told_of), done.stderr
        assert len(told_of) <= 1
        told.append(done.stdout)
    return told


def test_every_command_of_the_page_is_one_that_the_program_has():
    calls = re.findall(r"^holdfast (.*)$", "".join(BLOCKS).replace("\\\n", " "), re.MULTILINE)
    assert {call.split()[0] for call in calls} == {"new", "check", "run"}
    for call in [*calls, *SERVED, *re.findall(r"`holdfast ((?:fit|explain) [^`]*)`", PAGE)]:
        parser().parse_args(shlex.split(call))


@pytest.mark.slow
def test_the_page_can_be_followed_to_a_scenario_that_passes_its_checks(tmp_path):
    told = follow(MADE, tmp_path)
    made = next(text for text in told if "Assumed" in text)
    assert max(map(len, made.splitlines())) <= 80
    assert "6 districts, all checks passed" in made
    assert (tmp_path / "coast" / "record" / "captures.csv").read_text().count("\n") == 5


@pytest.mark.slow
@needs_chromium
def test_the_page_ends_in_a_picture_and_a_page_of_the_theatre(tmp_path):
    told = follow(BLOCKS, tmp_path)
    assert "In insurgent hands" in told[-1]
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(60_000)
        page.goto((tmp_path / "runs" / "coast" / "report.html").as_uri())
        page.locator("path[data-district]").first.wait_for()
        shapes = page.locator("path[data-district]").evaluate_all(
            "all => all.map(one => [one.dataset.district, one.getBBox().width])"
        )
        assert sorted(key for key, _ in shapes) == ["C1", "C2", "C3", "H1", "H2", "H3"]
        assert all(width > 50 for _, width in shapes)
        served_at(tmp_path, page)


def served_at(folder: Path, page) -> None:
    """The live page shows the same districts."""
    (call,) = SERVED
    server = subprocess.Popen(
        [ENTRY, *shlex.split(call), "--no-browser"], cwd=folder, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        address = re.search(r"http://127\.0\.0\.1:\d+/", server.stdout.readline())
        assert address is not None
        page.goto(address[0])
        page.locator("path[data-district=H1]").wait_for()
    finally:
        server.terminate()
        server.wait(20)
        server.stdout.close()
