"""Every block of every document is run by a test, and every call that a sentence quotes is one."""

import argparse
import ast
import re
import shlex

import pytest

from docs.documents import ROOT, blocks, first_line, inline, pages, shown
from holdfast.cli import parser

HERE = "tests/docs/"
README = f"{HERE}test_readme.py::"
CLUSTER = f"{HERE}test_cluster_how_to.py::"
TUTORIAL = f"{HERE}test_tutorial.py::test_the_tutorial_can_be_followed_to_its_end"
THEATRE = f"{HERE}test_own_theatre.py::test_the_page_ends_in_a_picture_and_a_page_of_the_theatre"
TARGETS = f"{README}test_each_target_that_a_page_names_is_one"
RUNS = f"{README}test_the_runs_of_the_first_page_of_the_manual_print_their_tables"
PYTHON = f"{README}test_python_of_a_front_page_gives_a_data_set"
BY_ADDRESS = f"{CLUSTER}test_workers_that_join_by_address_give_the_bits_of_this_machine"
KUBERNETES = (
    f"{CLUSTER}test_the_cluster_that_kubernetes_is_asked_for_offers_the_port_that_the_page_uses"
)
RUN_BY = {
    "README.md": {
        "make run": f"{README}test_a_fresh_clone_installs_itself_and_simulates_the_summer",
        "holdfast run --out": f"{README}test_the_first_commands_work_one_after_another",
        "holdfast fit": f"{README}test_a_fit_a_forecast_and_an_explanation_follow_one_another",
        "import holdfast as hf": PYTHON,
    },
    "CONTRIBUTING.md": {"make install": TARGETS},
    "docs/index.md": {
        "make install": TARGETS,
        "holdfast run": RUNS,
        "holdfast run ring": RUNS,
        "import holdfast as hf": PYTHON,
    },
    "docs/cluster.md": {
        "holdfast run ring": f"{CLUSTER}test_a_thousand_runs_on_four_processes",
        "dask scheduler": BY_ADDRESS,
        "dask worker": BY_ADDRESS,
        "holdfast run --members 5000 --out runs/many --cluster tcp://192": BY_ADDRESS,
        "#!/bin/bash": f"{CLUSTER}"
        "test_the_job_of_slurm_runs_to_its_end_where_srun_starts_what_it_is_given",
        "from dask_jobqueue": f"{CLUSTER}test_python_of_the_page_gives_the_bits_of_this_machine",
        "helm install": KUBERNETES,
        "apiVersion": KUBERNETES,
        "kubectl apply": KUBERNETES,
        "holdfast run --members 5000 --out runs/many --cluster tcp://127": KUBERNETES,
    },
    "docs/fuzzing.md": {".venv/bin/pytest": f"{HERE}test_documents.py::"
                        "test_the_fuzzing_page_names_the_folder_and_a_mark_that_are_there"},
    "docs/how-to-add-a-mechanism.md": {
        '"""Distance': f"{HERE}test_how_to.py::"
        "test_the_example_presses_what_it_declares_and_more_the_farther_a_district_is",
    },
    "docs/how-to-bring-your-own-theatre.md": dict.fromkeys(
        ("cat > coast.geojson", "cat > towns.csv", "cat > captures.csv", "holdfast new",
         "holdfast check", "echo 'pay-1", "holdfast run", "holdfast serve"), THEATRE,
    ),
    "docs/page.md": {
        "holdfast serve": f"{HERE}test_page_tutorial.py::"
        "test_every_step_can_be_taken_on_the_real_scenario",
    },
    "docs/tutorial.md": {"": TUTORIAL},
}  # fmt: skip
"""For each page and beginning of a block, the test that runs it; Kubernetes is only read."""


def test_every_block_of_every_document_is_run_by_a_test():
    for page in pages():
        begins = [first_line(b) for b in blocks(page)]
        known = RUN_BY.get(page, {})
        assert not [line for line in begins if not line.startswith(tuple(known))], page
        assert not [k for k in known if not any(b.startswith(k) for b in begins)], page


@pytest.mark.parametrize("test", sorted({t for of in RUN_BY.values() for t in of.values()}))
def test_a_test_that_is_said_to_run_a_block_is_there(test: str):
    file, _, name = test.partition("::")
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_the_fuzzing_page_names_the_folder_and_a_mark_that_are_there():
    for line in shown("docs/fuzzing.md"):
        assert (ROOT / line.split()[-1]).is_dir()
    assert any("-m nightly" in line for line in shown("docs/fuzzing.md"))


COMMANDS = next(a.choices for a in parser()._actions if isinstance(a, argparse._SubParsersAction))


@pytest.mark.parametrize("page", pages())
def test_a_call_that_a_sentence_quotes_is_one_that_the_program_takes(page: str):
    for call in inline(page):
        words = shlex.split(call.partition("|")[0])  # what reads its output is not ours
        if words[1:] not in ([], ["--help"]):
            parser().parse_args(words)
        assert words[0] in COMMANDS, f"{page}: holdfast {call}"


def test_every_test_that_the_page_of_checks_names_is_there():
    named = re.findall(r"`([\w/]+\.py)`", (ROOT / "docs/checked.md").read_text("utf-8"))
    assert len(named) > 50
    assert not [file for file in named if not (ROOT / "tests" / file).is_file()]
