"""What does not stop is told once: by `check` in its last line, by other commands on stderr."""

import json
import shutil
from dataclasses import replace
from types import SimpleNamespace

import pytest

from holdfast.cli import main
from holdfast.records.read import find_scenario
from holdfast.study import load
from holdfast.study.odd_parameters import odd_parameters
from holdfast.study.serve import serve

NO_CALENDAR = "There is no calendar.csv: no ally leaves, no pay stops, nobody is replaced."


@pytest.fixture
def war(tmp_path):
    return shutil.copytree(find_scenario("ring"), tmp_path / "war")


def test_a_bundled_scenario_is_checked_without_a_word_more(capsys):
    assert main(["check", "ring"]) == 0
    said = capsys.readouterr()
    assert said.out == "ring: 12 districts, all checks passed\n"
    assert said.err == ""


def test_notes_and_warnings_are_told_as_such_and_the_checks_pass(war, capsys):
    (war / "calendar.csv").unlink()
    text = (war / "strengths.csv").read_text()
    (war / "strengths.csv").write_text(text.replace(",60,", ",60000,", 1))
    assert main(["check", str(war)]) == 0
    *lines, last = capsys.readouterr().out.splitlines()
    assert f"note: {NO_CALENDAR}" in lines
    warned = sum(line.startswith("warning: ") for line in lines)
    assert warned >= 1
    assert len(lines) == warned + 1
    warnings = f"{warned} warning{'s' * (warned != 1)}"
    assert last == (
        f"ring (in the folder war): 12 districts, all checks passed, 1 note, {warnings}"
    )


def test_a_description_that_is_out_of_date_is_a_warning_and_loads(war, capsys):
    text = (war / "datapackage.json").read_text()
    (war / "datapackage.json").write_text(text.replace('"yearmonth"', '"string"'))
    assert main(["check", str(war)]) == 0
    assert capsys.readouterr().out.startswith("warning: datapackage.json: differs")
    assert [p.file for p in load(war).told] == ["datapackage.json"]


def test_what_a_command_reads_is_told_on_the_error_stream_alone(war, capsys):
    (war / "calendar.csv").unlink()
    assert main(["claims", str(war)]) == 0
    said = capsys.readouterr()
    assert said.err == f"note: {NO_CALENDAR}\n"
    assert "calendar.csv" not in said.out


def test_several_tables_that_are_not_there_are_one_line_beside_the_output(war, capsys):
    (war / "calendar.csv").unlink()
    (war / "priors.csv").unlink(missing_ok=True)
    (war / "parameters.csv").unlink()
    assert main(["claims", str(war)]) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("note: There is no ")
    assert "calendar.csv" in line
    assert "parameters.csv" in line
    assert line.endswith("`holdfast check` says what each means.")
    assert main(["check", str(war)]) == 0
    assert f"note: {NO_CALENDAR}" in capsys.readouterr().out.splitlines()


def test_the_server_of_the_page_tells_it_too(war, monkeypatch):
    (war / "calendar.csv").unlink()
    monkeypatch.setattr("holdfast.study.serve.theatre_values", lambda *_, **__: {})
    monkeypatch.setattr("holdfast.study.serve.make_app", lambda *_, **__: None)
    monkeypatch.setattr("holdfast.study.serve.run_server", lambda *_, **__: None)
    bound = SimpleNamespace(url="", token="")
    monkeypatch.setattr("holdfast.study.serve.listen", lambda *_: SimpleNamespace(bound=bound))
    told = []
    serve(str(war), remark=told.extend)
    assert list(map(str, told)) == [NO_CALENDAR]


def test_a_count_of_problems_counts_those_that_are_not_shown(war, capsys):
    with (war / "sources.csv").open("a") as table:
        table.writelines(f"s{n},t,,derived\n" for n in range(1234))
    assert main(["check", str(war)]) == 2
    said = capsys.readouterr()
    assert said.err == "1,234 problems\n"
    assert len(said.out.splitlines()) == 21


def test_a_parameter_a_hundred_times_too_large_is_told_with_its_prior():
    tables = load("ring").tables
    assert odd_parameters(tables) == []
    changed = tables.parameters.copy()
    changed.loc[changed["parameter"] == "ground.moment_rate", "value"] *= 100
    (problem,) = odd_parameters(replace(tables, parameters=changed))
    assert "ground.moment_rate 20 on line 3" in str(problem)
    assert not problem.stops


def test_a_set_that_has_lost_its_last_rows_is_told():
    tables = load("afghanistan-2021").tables
    assert odd_parameters(tables) == []
    lines = {**tables.lines, "parameters": tables.lines["parameters"][:-10]}
    rows = tables.parameters.iloc[:-10]
    (problem,) = odd_parameters(replace(tables, parameters=rows, lines=lines))
    assert "names 88 of 98 parameters" in str(problem)


@pytest.mark.slow
def test_a_run_tells_it_once_and_its_json_stays_json(war, tmp_path, capsys):
    (war / "calendar.csv").unlink()
    call = [
        "run",
        war,
        "--members",
        "2",
        "--until",
        "2001-01-03",
        "--json",
        "--out",
        tmp_path / "r",
    ]
    assert main([str(word) for word in call]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["run"] == str(tmp_path / "r")
    assert said.err.count(NO_CALENDAR) == 1
