"""The command line as a person meets it: statuses, messages, files."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from holdfast.cli import main

SMALL = ["run", "ring", "--members", "3", "--until", "2001-01-10"]


def call(capsys, *words):
    status = main([str(w) for w in words])
    told = capsys.readouterr()
    return status, told.out, told.err


def test_a_run_prints_a_table_and_writes_its_folder(capsys, tmp_path):
    status, out, err = call(capsys, *SMALL, "--out", tmp_path / "r")
    assert status == 0
    assert err == "", "nothing but the table in a pipe"
    assert max(map(len, out.splitlines())) <= 80 + len(str(tmp_path)) * 2
    made = {p.name for p in (tmp_path / "r").iterdir()}
    assert made == {
        "manifest.json", "observables.zarr", "summary.csv", "summary.txt", "why.parquet",
        "report.html",
    }  # fmt: skip
    assert json.loads((tmp_path / "r" / "manifest.json").read_text())["complete"]


def test_json_is_one_object(capsys, tmp_path):
    status, out, _ = call(capsys, *SMALL, "--json", "--out", tmp_path / "r")
    found = json.loads(out)
    assert status == 0
    assert len(found["districts_held"]) == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "rings"], "did you mean 'ring'?"),
        (["run", "ring", "--without", "plegde"], "did you mean 'pledge'?"),
        (["run", "ring", "--only", "feer"], "did you mean 'fear'?"),
        (["run", "ring", "--set", "contagion.strenght=1"], "did you mean 'contagion.strength'?"),
        (["run", "ring", "--set", "fear.strength=1", "--without", "fear"], "switch 'fear' on"),
        (["run", "ring", "--set", "fear.strength"], "NAME=VALUE"),
        (["run", "ring", "--set", "fear.strength=much"], "a finite number"),
        (["run", "ring", "--set", "fear.strength=inf"], "a finite number"),
        (["run", "ring", "--set", "calendar.air_suport=1"], "did you mean 'air_support'?"),
        (["run", "ring", "--set", "calendar.breach=3"], "allowed: none"),
        (["run", "ring", "--set", "calendar.air_support=-1"], "from 0 to 1000"),
        (["run", "ring", "--members", "0"], "1 to 1000000"),
        (["run", "ring", "--seed", "-1"], "allowed: 0 to"),
        (["run", "ring", "--until", "2000-01-01"], "begins on 2001-01-01"),
        (["run", "ring", "--dt", "0.3"], "steps a day"),
        (["run", "ring", "--parameters", "pior"], "did you mean 'prior'?"),
        (["run", "ring", "--counting", "individual"], "did you mean 'individuals'?"),
        (["what-if", "ring"], "say what changes"),
        (["mechanisms", "contagoin"], "did you mean 'contagion'?"),
        (["why", "nowhere", "R01"], "a folder written by `holdfast run`"),
        (["bench", "--soldiers", "0"], "1 to 1,400,000,000"),
        (["bench", "--soldiers", "2e9"], "1 to 1,400,000,000"),
        (["bench", "--days", "0"], "1 to 10000"),
        (["bench", "--repeats", "0"], "1 to 10000"),
    ],
)
def test_a_wrong_call_names_the_cure_and_writes_nothing(capsys, tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    status, out, err = call(capsys, *words)
    assert status == 2
    assert out == ""
    assert said in err
    assert not list(tmp_path.iterdir())


def test_check_says_file_line_value_and_cure(capsys, tmp_path):
    folder = copy_of_the_ring(tmp_path)
    table = folder / "districts.csv"
    lines = table.read_text().splitlines()
    cells = lines[3].split(",")
    cells[lines[0].split(",").index("population")] = "-5"
    lines[3] = ",".join(cells)
    table.write_text("\n".join(lines) + "\n")
    status, out, _ = call(capsys, "check", folder)
    assert status == 2
    assert "districts.csv line 4" in out
    assert "'-5'" in out
    assert "cure:" in out


def test_a_parameter_no_part_of_the_program_has_is_refused_at_the_door(capsys, tmp_path):
    folder = copy_of_the_ring(tmp_path)
    (folder / "parameters.csv").write_text(
        "parameter,value,spread,how,note\ncontagion.strengh,1,,hand-chosen,\n"
    )
    status, _, err = call(capsys, "run", folder)
    assert status == 2
    assert "parameters.csv line 2" in err
    assert "contagion.strength" in err


def test_a_post_larger_than_a_post_is_refused_at_the_door(capsys, tmp_path):
    folder = copy_of_the_ring(tmp_path)
    toml = folder / "scenario.toml"
    toml.write_text(toml.read_text().replace("company = 40", "company = 60"))
    status, _, err = call(capsys, "run", folder)
    assert status == 2
    assert "posts.company: '60'" in err
    assert "1 to 40" in err


def test_every_bundled_scenario_passes_its_checks(capsys):
    for name in ("afghanistan-2021", "ring"):
        status, out, _ = call(capsys, "check", name)
        assert status == 0, out


def test_lists_fit_a_terminal(capsys):
    for words in (["mechanisms"], ["mechanisms", "contagion"], ["mechanisms", "--order"],
                  ["claims"], ["mechanisms", "ground"]):  # fmt: skip
        status, out, _ = call(capsys, *words)
        assert status == 0
        assert max(map(len, out.splitlines())) <= 80, words


def test_the_order_of_a_step_is_told_as_it_is_kept(capsys):
    _, out, _ = call(capsys, "mechanisms", "--order")
    numbered = [line.split()[1] for line in out.splitlines() if line[0].isdigit()]
    assert numbered == [
        "listen", "add", "draw", "apply", "remember",
    ]  # fmt: skip


def test_all_claims_are_told_with_their_speaker(capsys):
    _, out, _ = call(capsys, "claims")
    assert sum(line.startswith("C") for line in out.splitlines()) == 27
    assert "cannot confirm" in out


def test_why_names_the_district_and_what_pressed(capsys, tmp_path):
    call(capsys, *SMALL, "--set", "ground.hold_ratio=0.9", "--out", tmp_path / "r")
    status, out, _ = call(capsys, "why", tmp_path / "r", "birch")
    assert status == 0
    assert out.startswith("Birch (R02)")
    assert "contagion" in out
    status, _, err = call(capsys, "why", tmp_path / "r", "Brich")
    assert status == 2
    assert "did you mean 'Birch'?" in err


def test_a_folder_that_is_not_empty_is_left_alone(capsys, tmp_path):
    (tmp_path / "mine").write_text("precious")
    status, _, err = call(capsys, *SMALL, "--out", tmp_path)
    assert status == 2
    assert "does not exist or is empty" in err
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]


def test_help_gives_examples():
    for command in ("run", "why", "what-if", "mechanisms", "claims", "check", "bench"):
        told = subprocess.run(
            [sys.executable, "-m", "holdfast", command, "--help"], capture_output=True, text=True
        )
        assert told.returncode == 0
        assert "examples:\n  holdfast" in told.stdout


def copy_of_the_ring(tmp_path: Path) -> Path:
    import shutil

    from holdfast.records.read import find_scenario

    return Path(shutil.copytree(find_scenario("ring"), tmp_path / "ring"))


def test_an_empty_path_is_not_taken_for_this_folder(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["run", "ring", "--out", ""])
    assert ended.value.code == 2
    assert "argument --out: the path is empty" in capsys.readouterr().err
