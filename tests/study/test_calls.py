"""What a user asks is done or refused: nothing of a call is passed over in silence."""

import json
import shutil
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import holdfast as hf
from holdfast import mechanisms as folder
from holdfast.cli import main
from holdfast.records.read import find_scenario, list_scenarios
from holdfast.records.settings import read_settings
from holdfast.study.catalogue import apart, catalogue, choose
from holdfast.study.draws import check_set
from holdfast.study.errors import CallError
from holdfast.study.fit_store import begin
from holdfast.study.named_fit import carried_over, check_is_of, scenario_of
from holdfast.study.remarks import remarks
from holdfast.study.scenario import load
from holdfast.study.simulate import Request, prepare
from holdfast.study.why import find


@pytest.fixture(scope="module")
def ring():
    return load("ring")


@pytest.fixture
def fit(tmp_path, ring) -> Path:
    """As much of the folder of a fit of the ring as names it: its manifest and draws."""
    folder = tmp_path / "fit-of-the-ring"
    folder.mkdir()
    names = [f"{name}.strength" for name in catalogue()]
    (folder / "draws.csv").write_text(f"{','.join(names)}\n{','.join('1' for _ in names)}\n")
    said = {"scenario": "ring", "fingerprint": ring.tables.fingerprint}
    (folder / "fit.json").write_text(json.dumps(said))
    return folder


# ------------------------------------------------------------------------ which mechanisms


def test_every_mechanism_in_the_folder_is_in_use_in_every_scenario_of_the_program():
    files = {path.stem for path in Path(folder.__path__[0]).glob("[a-z]*.py")}
    for name in list_scenarios():
        settings, _ = read_settings(find_scenario(name))
        assert settings is not None
        assert {m.name for m in choose(settings.mechanisms)} == files == set(catalogue())


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ({"without": ["fear"]}, "fear is not in use in this scenario and cannot be left out. In"
                                " use are: contagion, pledge."),
        ({"only": ["fear"]}, "--with fear adds it"),
        ({"also": ["pledge"]}, "in use already"),
        ({"also": ["fear"], "without": ["fear"]}, "both"),
        ({"only": ["pledge"], "without": ["contagion"]}, "--only"),
        ({"only": ["pledge"], "also": ["fear"]}, "--only"),
        ({"also": ["feer"]}, "did you mean 'fear'?"),
    ],
)  # fmt: skip
def test_a_name_that_would_change_nothing_is_refused(call, said):
    with pytest.raises(CallError) as refused:
        choose(("contagion", "pledge"), **call)
    assert said in str(refused.value)


def test_one_that_the_scenario_leaves_out_can_be_added_and_what_is_apart_is_put_together():
    listed, wanted = ("contagion", "pledge"), ("fear", "pledge")
    assert [m.name for m in choose(listed, also=["fear"])] == ["contagion", "fear", "pledge"]
    without, also = apart(listed, wanted)
    assert [m.name for m in choose(listed, without, also=also)] == [*wanted]


# ------------------------------------------------- options that cannot stand together


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "--without", "fear", "--only", "fear"], "Leave --only or --without away"),
        (["run", "--with", "fear", "--only", "pledge"], "Leave --only or --with away"),
        (["run", "--with", "fear", "--without", "fear"], "both be added and left out"),
        (["fit", "--with", "fear", "--without", "fear"], "both be added and left out"),
        (["explain", "--with", "fear", "--without", "fear"], "both be added and left out"),
        (["forecast", "--with", "fear", "--without", "fear"], "both be added and left out"),
        (["run", "--without", "fear", "--without", "fear"], "--without fear is given twice"),
        (["run", "--set", "fear.strength=1", "--set", "fear.strength=2"], "with 1 and with 2"),
        (["run", "--set", "fear.strength=1", "--set", " fear.strength =1"], "given twice"),
        (["what-if", "--set", "fear.strength=1", "--without", "fear"], "change nothing"),
        (["run", "--set", "fear.strength=1", "--only", "pledge"], "change nothing"),
        (["run", "--resume", "x", "--members", "3"], "Leave --members away"),
        (["run", "ring", "--resume", "x"], "Leave ring away"),
        (["run", "--resume", "x", "--out", "y", "--seed", "1"], "Leave --out and --seed away"),
        (["fit", "--resume", "x", "--quick"], "Leave --quick away"),
        (["fit", "--resume", "x", "--until", "2001-02-01"], "Leave --until away"),
        (["explain", "--fit", "x", "--quick", "--until", "2001-02-01"], "--until and --quick away"),
        (["forecast", "--fit", "x", "--without", "fear"], "Leave --without away"),
        (["forecast", "ring"], "--from DATE or --fit DIR"),
        (["mechanisms", "fear", "--order"], "Leave it or the name away"),
        (["run", "ring", "--out", "taken"], "does not exist or is empty"),
        (["fit", "ring", "--out", "taken"], "does not exist or is empty"),
        (["what-if", "ring", "--without", "fear", "--out", "taken"], "does not exist or is empty"),
        (["explain", "ring", "--out", "taken"], "does not exist or is empty"),
        (["what-if", "ring"], "say what changes"),
        (["new", "x", "--events", "a.csv", "--events", "./a.csv"], "given twice"),
        (["new", "x", "--columns", "name=A,name=B"], "one column of each"),
    ],
)  # fmt: skip
def test_a_call_that_contradicts_itself_is_refused(capsys, tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "mine").write_text("precious")
    assert main(words) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert told.out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "ring", "--members", "2", "--members", "3"], "--members: is given twice"),
        (["run", "ring", "--members", "1.000"], "'1.000' is not a whole number"),
        (["run", "ring", "--members", "1e-3"], "'1e-3' is not a whole number"),
        (["run", "ring", "--mem", "3"], "--mem"),
        (["run", "ring", "--until", "2001-02-30"], "not a date such as"),
    ],
)
def test_an_option_is_read_in_one_way_or_not_at_all(capsys, words, said):
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 2
    assert said in capsys.readouterr().err


def test_a_thousand_may_be_written_as_1e3(capsys):
    assert main(["run", "ring", "--members", "1e3", "--until", "2000-12-31"]) == 2
    assert "the war of ring begins on 2001-01-01" in capsys.readouterr().err
    assert main(["bench", "--soldiers", "1.500"]) == 2


def test_the_name_alone_prints_the_help(capsys):
    assert main([]) == 2
    told = capsys.readouterr().out
    assert "what-if" in told
    assert "begin with:" in told


def test_a_contradiction_and_a_folder_that_is_taken_are_told_before_jax_is_loaded(tmp_path):
    (tmp_path / "mine").write_text("precious")
    calls = [["run", "--without", "fear", "--only", "fear"], ["run", "--out", str(tmp_path)]]
    code = (
        "import sys; from holdfast.cli import main\n"
        f"assert [main(words) for words in {calls!r}] == [2, 2]\n"
        "assert not {'jax', 'numpy', 'pandas'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


# ------------------------------------------------------------------- values of --set


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"calendar.ally_presence": 50}, "from 0 to 1; 0.5 for 50%"),
        ({"calendar.ally_presence": "1.01"}, "from 0 to 1"),
        ({"calendar.air_support": "-1"}, "from 0 to 1000"),
        ({"calendar.pay_arrears": "nan"}, "from 0 to 1000"),
        ({"calendar.air_support": "0,5"}, "'0,5' is not a number"),
        ({"calendar.air_support": ""}, "'' is not a number"),
        ({"calendar.air_support": "2001-01-01:1;2001-13-01:0"}, "'2001-13-01' is not a date"),
        ({"calendar.air_support": "2001-01-01:1;0"}, "every level needs its date"),
        ({"calendar.air_support": "2001-02-01:1;2001-01-15:0"}, "in order, each once"),
        ({"calendar.air_support": "2001-01-01:1;2001-01-01:0"}, "2001-01-01 stands twice"),
        ({"calendar.air_support": "2001-01-15:0.5"}, "begins on 2001-01-15 and the war on"),
        ({"calendar.air_support": "2000-01-01:1;2000-03-01:0"}, "Check the years"),
        ({"calendar.air_support": "2001-01-01:1;2001-02-01:2000"}, "from 0 to 1000"),
        ({"ground.ghosts": 30}, "write 0.3 for 30%"),
        ({"fear.strength": -1}, "a number from 0 to"),
        ({"fear.strength": "0,5"}, "with a point"),
    ],
)
def test_a_value_that_cannot_be_is_refused_as_in_the_tables(ring, changes, said):
    with pytest.raises(CallError) as refused:
        prepare(ring, Request(members=1, changes=changes))
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("fit.json", "is not finished: holdfast fit --resume "),
        ("manifest.json", "is the folder of a run, not of a fit"),
        ("other.json", "the folder of a finished fit"),
    ],
)
def test_a_folder_that_is_no_finished_fit_is_called_what_it_is(tmp_path, file, said):
    (tmp_path / file).write_text("{}")
    with pytest.raises(CallError, match=said):
        check_set(str(tmp_path))


def test_events_that_are_not_in_the_calendar_cannot_be_struck_out():
    with pytest.raises(CallError, match="The calendar of vietnam-1975 has no ceasefire"):
        prepare(load("vietnam-1975"), Request(changes={"calendar.ceasefire": "none"}))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, None),
        ({"changes": {"calendar.air_support": "0.4", "fear.strength": "0"}}, None),
        ({"changes": {"calendar.air_support": "7"}}, "7 times the aircraft"),
        ({"changes": {"calendar.air_support": "2000-06-01:0.5"}}, "0.5 throughout"),
        ({"changes": {"fear.strength": "15"}}, "far outside its prior"),
        (
            {"changes": {"calendar.ceasefire": "none"}, "until": "2001-01-24"},
            "the first ceasefire of the calendar is on 2001-01-25",
        ),
        ({"changes": {"calendar.ceasefire": "none"}, "until": "2001-01-25"}, None),
        ({"until": "2001-03-01"}, None),
        ({"until": "2001-03-02"}, "2001-03-02 is after 2001-03-01"),
    ],
)
def test_what_may_not_be_meant_is_told_in_a_line_and_done(ring, asked, said):
    found = remarks(prepare(ring, Request(members=1, **asked)))
    assert len(found) == (said is not None)
    assert all(said in line for line in found)


# ------------------------------------------------------------------- fits of other scenarios


def test_draws_of_a_fit_of_another_scenario_are_told(fit, ring):
    assert carried_over(ring, str(fit)) == carried_over(ring, "prior") == ""
    told = carried_over(load("vietnam-1975"), str(fit))
    assert told == "These are draws of a fit of ring, carried over to vietnam-1975."
    assert scenario_of(fit) == "ring"
    (fit / "fit.json").unlink()
    assert "does not say of which scenario" in carried_over(ring, str(fit))
    with pytest.raises(CallError, match="Name the scenario in the call"):
        scenario_of(fit)


def test_a_record_is_not_explained_by_a_fit_of_another(fit):
    check_is_of(fit, None)
    check_is_of(fit, "ring")
    with pytest.raises(CallError, match="fit of ring and knows that record alone"):
        check_is_of(fit, "vietnam-1975")


def test_a_run_of_a_fit_is_of_the_scenario_of_the_fit_where_none_is_named(fit, capsys):
    assert main(["run", "--parameters", str(fit), "--until", "1999-01-01"]) == 2
    assert "the war of ring begins on" in capsys.readouterr().err
    assert main(["run", "vietnam-1975", "--parameters", str(fit), "--until", "1970-01-01"]) == 2
    assert "the war of vietnam-1975 begins on" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("known_on", "options", "said"),
    [
        (date.max, [], "This fit knows the whole record"),
        (date.max, ["--from", "2001-02-01"], "knows the whole record, not what was known on"),
        (date(2001, 2, 10), ["--from", "2001-02-01"], "knows what was known on 2001-02-10, not"),
        (date(2001, 2, 10), ["--from", "2001-02-10", "--to", "2001-02-10"], "goes forward"),
        (date(2001, 2, 10), ["vietnam-1975"], "fit of ring and knows that record alone"),
    ],
)
def test_a_forecast_by_a_fit_is_from_the_day_of_the_fit(
    ring, tmp_path, capsys, known_on, options, said
):
    begin(tmp_path, ring, known_on, "quick", seed=1)
    assert main(["forecast", *options, "--fit", str(tmp_path)]) == 2
    assert said in capsys.readouterr().err


def test_verdicts_of_another_scenario_are_not_told_as_its_own(tmp_path, capsys):
    (tmp_path / "explained.json").write_text('{"fingerprint": "of another"}')
    (tmp_path / "verdicts.csv").write_text("claim_id,verdict\nC01,accounts for all\n")
    assert main(["claims", "ring", "--explained", str(tmp_path)]) == 2
    assert "an explanation of this scenario as it is now" in capsys.readouterr().err


# ----------------------------------------------------------------------------- names


def districts(*rows):
    import xarray as xr

    ids, names, provinces = zip(*rows, strict=True)
    return xr.Dataset(
        coords={
            "district": np.asarray(ids),
            "name": ("district", np.asarray(names)),
            "province": ("district", np.asarray(provinces)),
        }
    )


PLACES = districts(
    ("AF1706", "Baharak", "Badakhshan"),
    ("AF1803", "Baharak", "Takhar"),
    ("P1", "Parwan (Charikar)", "Centre"),
    ("E1", "Évreux", "Saint-Étienne"),
    ("K1", "Kabul", "Kabul"),
)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("Baharak, Takhar", "AF1803"),
        ("baharak , badakhshan", "AF1706"),
        ("Baharak (Takhar)", "AF1803"),
        ("af1706", "AF1706"),
        ("AF1706", "AF1706"),
        ("Parwan", "P1"),
        ("charikar", "P1"),
        ("Charikar, Centre", "P1"),
        ("Parwan (Charikar)", "P1"),
        ("Parwan (Charikar), Centre", "P1"),
        ("evreux", "E1"),
        ("EVREUX, saint etienne", "E1"),
        ("Kabul", "K1"),
        ("Kabul, Kabul", "K1"),
    ],
)
def test_a_district_is_found_as_people_and_tables_write_it(asked, found):
    assert find(PLACES, asked) == found


def test_a_name_of_two_districts_is_told_with_both_ids():
    with pytest.raises(CallError) as refused:
        find(PLACES, "baharak")
    assert str(refused.value) == (
        "Two districts are called baharak: AF1706 (Badakhshan), AF1803 (Takhar). Give the id."
    )
    with pytest.raises(CallError, match="did you mean 'Kabul'"):
        find(PLACES, "Kabull")


# ---------------------------------------------------------------------------- in Python


def test_a_request_takes_what_is_plainly_written():
    plain: dict[str, Any] = {
        "members": np.int64(5),
        "without": "fear",
        "only": [],
        "also": "pledge",
        "until": "2001-01-10",
        "changes": {"contagion.strength": 2},
    }
    asked = Request(**plain)
    assert asked.without == ("fear",)
    assert asked.also == ("pledge",)
    assert asked.until == date(2001, 1, 10)
    assert asked.changes == {"contagion.strength": "2"}
    days: list[Any] = [datetime(2001, 1, 10, 8), np.datetime64("2001-01-10"), date(2001, 1, 10)]
    assert {Request(until=day).until for day in days} == {asked.until}
    thousand: Any = 1e3
    assert Request(members=thousand).members == 1000
    assert Request.from_dict(json.loads(json.dumps(asked.as_dict()))) == asked


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"members": 2.5}, "not a whole number"),
        ({"members": True}, "not a whole number"),
        ({"until": "10 January"}, "not a date such as"),
        ({"without": 3}, "no name of a mechanism"),
    ],
)
def test_a_request_that_cannot_be_read_is_refused_in_words(asked, said):
    with pytest.raises(CallError, match=said):
        Request(**asked)


def test_a_scenario_may_be_named_and_what_if_is_called_as_simulate_is(ring):
    with pytest.raises(CallError, match="nothing is changed"):
        hf.what_if(ring, members=2)
    with pytest.raises(CallError, match="did you mean 'contagion'"):
        hf.what_if("ring", members=2, without="contagoin")
    with pytest.raises(CallError, match="did you mean 'contagion'"):
        hf.simulate("ring", members=2, without="contagoin")
    with pytest.warns(UserWarning, match="after 2001-03-01"), pytest.raises(StopIteration):
        hf.simulate("ring", members=2, until="2001-03-02", fight=lambda war, chunks: next(iter(())))


def test_a_scenario_that_lists_its_mechanisms_leaves_the_others_out(capsys, tmp_path):
    war = Path(shutil.copytree(find_scenario("ring"), tmp_path / "ring"))
    toml = war / "scenario.toml"
    before, after = toml.read_text().split("[insurgents]")
    toml.write_text(f'{before}mechanisms = ["contagion", "pledge"]\n[insurgents]{after}')
    assert main(["run", str(war), "--without", "fear"]) == 2
    assert "In use are: contagion, pledge." in capsys.readouterr().err
    made = prepare(load(war), Request(members=1, also=("fear",)))
    assert [m.name for m in made.mechanisms] == ["contagion", "fear", "pledge"]
