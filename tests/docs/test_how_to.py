"""The mechanism that the manual shows as an example is one."""

import re
from pathlib import Path
from types import ModuleType
from typing import Any

import jax.numpy as jnp

from holdfast.study.manual.references import read_entries
from holdfast.vocabulary.types import Mechanism, Scene
from holdfast.vocabulary.words import FACTS

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "how-to-add-a-mechanism.md").read_text("utf-8")


def example() -> Mechanism:
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    module = ModuleType("distance")
    exec(compile(code, "distance.py", "exec"), module.__dict__)
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
