"""Every command of the tutorial does what the tutorial says it does: it works."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from holdfast.cli import parser
from holdfast.study.manual.run_folder import FILES, MANIFEST_KEYS

DOCS = Path(__file__).parents[2] / "docs"
ENTRY = Path(sys.executable).with_name("holdfast")


def commands(page: str) -> list[list[str]]:
    """The lines that begin with a dollar sign in the console blocks of a page."""
    text = (DOCS / page).read_text("utf-8")
    blocks = re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [shlex.split(line[2:]) for line in "".join(blocks).splitlines() if line[:2] == "$ "]


def compiling_once(folder: Path) -> dict[str, str]:
    """An environment in which commands share what JAX compiled; it changes no result."""
    return os.environ | {
        "JAX_COMPILATION_CACHE_DIR": str(folder / "compiled"),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "PYTHONHASHSEED": "0",
    }


COMMANDS = commands("tutorial.md")


def test_the_tutorial_has_commands_to_test():
    assert len(COMMANDS) > 5
    assert {"run", "why", "what-if", "check"} <= {command[1] for command in COMMANDS}


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_of_the_tutorial_is_one_that_the_program_has(command: list[str]):
    assert command[0] == "holdfast"
    parser().parse_args(command[1:])


def test_the_front_page_names_no_command_that_is_not_there():
    for name in re.findall(r"^    holdfast (.*)$", (DOCS / "index.md").read_text("utf-8"), re.M):
        parser().parse_args(shlex.split(name))


@pytest.mark.slow
def test_the_tutorial_can_be_followed_to_its_end(tmp_path: Path):
    for command in COMMANDS:
        done = subprocess.run(
            [ENTRY, *command[1:]], cwd=tmp_path, env=compiling_once(tmp_path),
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{shlex.join(command)}\n{done.stderr}"
        assert done.stdout.strip(), shlex.join(command)
        assert not done.stderr, f"{shlex.join(command)}\n{done.stderr}"
    run = tmp_path / "runs" / "base"
    assert {path.name for path in run.iterdir()} == set(FILES)
    assert set(json.loads((run / "manifest.json").read_text())) == set(MANIFEST_KEYS)
