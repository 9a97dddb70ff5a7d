"""What is told of the model's faults stands in the studies, word for word and number for number."""

import re
import shutil
from pathlib import Path

import pytest

from holdfast.records.read import find_scenario, list_scenarios
from holdfast.records.what_is_known import FILE, read_what_is_known
from holdfast.study import load
from holdfast.study.scenario import check

ROOT = Path(__file__).parents[2]
NUMBER = re.compile(r"\d+(?:\.\d+)?%?|\b(?:six|twelve|twenty)\b")


def faults():
    for name in list_scenarios():
        known, problems = read_what_is_known(find_scenario(name))
        assert known is not None, problems
        yield from ((name, fault) for fault in known.faults)


@pytest.mark.parametrize(("name", "fault"), list(faults()), ids=lambda x: str(x)[:30])
def test_every_number_told_of_a_fault_stands_in_its_study(name, fault):
    texts = [*(ROOT / fault.study).glob("*.md"), *(ROOT / fault.study).glob("*.csv")]
    study = " ".join(" ".join(path.read_text("utf-8").split()) for path in texts)
    for quote in fault.quotes:
        assert quote in study, f"{name}: {quote} stands nowhere in {fault.study}"
    quoted = set(NUMBER.findall(" ".join(fault.quotes)))
    assert set(NUMBER.findall(fault.says)) <= quoted, fault.says


def test_the_rows_that_a_set_was_fitted_to_are_in_the_record():
    for name in list_scenarios():
        known, _ = read_what_is_known(find_scenario(name))
        assert set(known.rows) <= set(load(name).tables.control["control_id"])


def test_a_tracker_that_is_not_declared_is_refused(tmp_path):
    copy = shutil.copytree(find_scenario("ring"), tmp_path / "ring")
    (copy / FILE).write_text('[default_set]\ntrackers = ["centers"]\n')
    _, (problem,) = check(copy)
    assert "did you mean 'centres'?" in str(problem)


def test_every_war_that_a_study_judged_has_three_faults_told():
    wars = [name for name, _ in faults()]
    assert {name: wars.count(name) for name in set(wars)} == dict.fromkeys(
        ("afghanistan-1989", "afghanistan-2021", "iraq-2014", "vietnam-1975"), 3
    )
