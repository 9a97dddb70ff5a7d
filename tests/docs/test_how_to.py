"""The mechanism that the manual shows as an example is one."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import jax.numpy as jnp
import pandas as pd
import pytest

import holdfast
from holdfast.study.manual.references import read_entries
from holdfast.vocabulary.types import Mechanism, Scene
from holdfast.vocabulary.words import FACTS

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "how-to-add-a-mechanism.md").read_text("utf-8")


(CODE,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
COMMANDS = re.findall(r"^    holdfast (.*)$", PAGE, re.MULTILINE)


def example() -> Mechanism:
    module = ModuleType("distance")
    exec(compile(CODE, "distance.py", "exec"), module.__dict__)
    return Mechanism.of(module)


def pressed(strength: float) -> dict[Any, Any]:
    ties: Any = None
    scene = Scene({"garrison_km": jnp.asarray([0.0, 50.0, 100.0])}, ties, {}, 1.0)
    return dict(example().press(scene, {"strength": jnp.asarray(strength)}))


def test_the_example_reads_facts_that_exist_and_cites_a_source_that_is_listed():
    claim = example().claim
    assert set(claim.reads) <= set(FACTS)
    assert set(claim.sources) <= {
        e.key for e in read_entries((DOCS / "references.bib").read_text())
    }


def test_the_example_presses_what_it_declares_and_more_the_farther_a_district_is():
    found = pressed(2.0)
    assert set(found) == set(example().claim.presses)
    ((_, pull),) = found.values()
    assert pull.tolist() == [0.0, -1.0, -2.0]


def test_the_example_is_silent_at_strength_zero():
    ((_, pull),) = pressed(0.0).values()
    assert not pull.any()


@pytest.mark.slow
def test_a_file_put_into_the_folder_is_in_use_and_the_last_line_of_the_page_shows_its_effect(
    tmp_path: Path,
):
    """The page to the letter, in a copy of the program: the file, then its last line."""
    source = Path(holdfast.__file__).parent
    shutil.copytree(source, tmp_path / "src" / "holdfast")
    (tmp_path / "src" / "holdfast" / "mechanisms" / "distance.py").write_text(CODE, "utf-8")
    before = set(source.rglob("*.py"))
    last = shlex.split(COMMANDS[-1])
    assert last == ["what-if", "ring", "--without", "distance"]
    done = subprocess.run(
        [sys.executable, "-m", "holdfast", *last],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    (written,) = (tmp_path / "what-ifs").glob("*/differences.csv")
    rows = pd.read_csv(written).set_index("outcome")
    lost, gone = rows.loc[["districts held by insurgents", "soldiers who went home"], "difference"]
    assert lost < -0.2, "without the distance fewer districts are lost"
    assert gone < -5
    assert set(source.rglob("*.py")) == before
