"""What the manual says to type for a cluster is what the programs take."""

import ast
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from holdfast.cli import parser

PAGE = (Path(__file__).parents[2] / "docs" / "cluster.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def lines(program: str) -> list[list[str]]:
    """Every call of a program in the page's code."""
    text = "\n".join(code for kind, code in BLOCKS if kind in ("console", "bash"))
    calls = re.findall(rf"^(?:srun )?({program} .*?) ?&?$", text.replace("\\\n", " "), re.MULTILINE)
    return [shlex.split(call) for call in calls]


def test_commands_of_the_page_are_commands():
    calls = lines("holdfast")
    assert len(calls) >= 4
    for call in calls:
        assert parser().parse_args(call[1:]).cluster


@pytest.mark.slow
def test_options_of_the_page_are_options_of_dask():
    """Its own help knows every option that the page gives it."""
    asked = lines("dask")
    (manifest,) = (yaml.safe_load(code) for kind, code in BLOCKS if kind == "yaml")
    asked += [
        manifest["spec"][of]["spec"]["containers"][0]["args"] for of in ("worker", "scheduler")
    ]
    assert {call[1] for call in asked} == {"worker", "scheduler"}
    for what in ("worker", "scheduler"):
        command = [sys.executable, "-m", "dask", what, "--help"]
        known = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        given = {x for call in asked if call[1] == what for x in call if x.startswith("--")}
        assert given
        assert not [option for option in given if not re.search(rf"{option}\b", known)]


def test_python_of_the_page_uses_what_there_is():
    (code,) = (code for kind, code in BLOCKS if kind == "python")
    imports = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.ImportFrom)]
    ours = [node for node in imports if (node.module or "").startswith("holdfast")]
    assert len(ours) == 4
    for node in ours:
        exec(compile(ast.Module([node], []), "page", "exec"), {})
