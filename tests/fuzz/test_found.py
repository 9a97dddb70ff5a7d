"""What fuzzing has found, each once more as plain as can be."""

import json
import shutil
from datetime import date
from os import mkfifo

import numpy as np
import pytest

from fuzz.folders import OURS, ring, sound
from fuzz.readers import RING
from holdfast.cli import WRONG, main
from holdfast.records.confusion import read_confusion
from holdfast.study import CallError, Request, load
from holdfast.study.catalogue import catalogue
from holdfast.study.draws import draw_values
from holdfast.study.explained import verdict_values, verdicts_in
from holdfast.study.scenario import check
from holdfast.study.simulate import prepare


@pytest.fixture
def place(tmp_path):
    """The ring and a folder of every kind."""
    shutil.copytree(RING, tmp_path, dirs_exist_ok=True)
    (tmp_path / "datapackage.json").unlink()
    for name in OURS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(sound(name))
    return tmp_path


def rewrite(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def told(place):
    return [str(problem) for problem in check(place)[1]]


# ------------------------------------------------------------------------ scenario folders


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("fear.strength,normal,0,,logit,J,no spread,made-up", "b a standard deviation above 0"),
        ("ground.ghosts,beta,-1,2,share,J,below 0,made-up", "a and b above 0"),
        ("ground.ghosts,normal,0.5,1,share,J,not a share,made-up", "values from 0 to 1"),
        ("ground.nest,loguniform,0.5,0.1,share,J,upside down,made-up", "a below b"),
        (
            "ground.march_days,lognormal,5,1e3,day,J,infinite,made-up",
            "gives values from 0 to inf",
        ),
    ],
)
def test_a_prior_that_nothing_can_be_drawn_from_is_refused(place, row, said):
    """It gave numbers that were no numbers, and a war fought with them."""
    with (place / "priors.csv").open("a") as table:
        table.write(row + "\n")
    (problem,) = told(place)
    assert problem.startswith("priors.csv line ")
    assert said in problem


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("fear.strength,1e14,,hand-chosen,", "from 0 to 20"),
        ("ground.ghosts,2,,hand-chosen,", "from 0 to 1"),
        ("ground.gaps,1,99,hand-chosen,", "at most 5"),
    ],
)
def test_a_default_beyond_its_limits_is_refused(place, row, said):
    (place / "parameters.csv").write_text(f"parameter,value,spread,how,note\n{row}\n")
    (problem,) = told(place)
    assert "parameters.csv line 2" in problem
    assert said in problem


def test_a_number_too_large_for_single_precision_is_refused(place):
    rewrite(place / "districts.csv", ",93.6,", ",1e300,")
    assert ["'1e300' is too large" in problem for problem in told(place)] == [True]


def test_a_whole_number_too_large_to_compare_is_refused(place):
    """It ended in a traceback."""
    rewrite(place / "scenario.toml", "dt = 1.0", "dt = " + "9" * 400)
    rewrite(place / "cells.geojson", "[-139.794,", "[" + "9" * 400 + ",")
    assert [problem.partition(":")[0] for problem in told(place)] == [
        "scenario.toml line 6, dt",
        "cells.geojson",
    ]


def test_an_army_beyond_memory_is_refused_before_its_posts_are_made(place):
    rewrite(place / "strengths.csv", ",base,40,", ",base,999999999999999,")
    (problem,) = told(place)
    assert "up to 5,000,000 posts" in problem


def test_a_default_set_that_nobody_reads_is_refused(place):
    rewrite(place / "scenario.toml", '"parameters.csv"', '"mine.csv"')
    (problem,) = told(place)
    assert "'mine.csv' is not read" in problem


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("0.0625", "nan", "is not a number"),
        ("0.0625", "", "is empty"),
        ("0.0625", "0.9", "adds up to"),
        (",attrition", ",attricion", "is not square"),
        ("attrition", "attricion", "is not square"),
    ],
)
def test_a_table_of_confusion_is_checked_with_its_scenario(place, old, new, said):
    rewrite(place / "confusion.csv", old, new)
    assert read_confusion(place)[0] is None
    (problem,) = told(place)
    assert problem.startswith("confusion.csv")
    assert said in problem


def test_an_explanation_that_does_not_exist_cannot_be_confused(place):
    text = (place / "confusion.csv").read_text()
    (place / "confusion.csv").write_text(text.replace("fear", "feer"))
    (problem,) = told(place)
    assert "did you mean 'fear'?" in problem


# ------------------------------------------------------------------------ folders of our own


def use_draws(place):
    tables = load("ring").tables
    return draw_values(
        catalogue().values(), tables.priors, tables.parameters, {}, 1, np.arange(2),
        str(place / "fit"),
    )  # fmt: skip


@pytest.mark.parametrize(
    "content", [b"", b"fear.strength\n", b'"', b"\xff", b"fear.strength\nnan\n", b"a,a\n1,2\n"]
)
def test_damaged_draws_of_a_fit_are_refused(place, content):
    (place / "fit" / "draws.csv").write_bytes(content)
    with pytest.raises(CallError):
        use_draws(place)


def test_draws_beyond_all_limits_are_refused(place):
    rewrite(place / "fit" / "draws.csv", "0.1", "1e40")
    rewrite(place / "fit" / "draws.csv", "0.2", "1e40")
    rewrite(place / "fit" / "draws.csv", "0.3", "1e40")
    rewrite(place / "fit" / "draws.csv", "0.4", "1e40")
    with pytest.raises(CallError, match="draws.csv"):
        use_draws(place)


@pytest.mark.parametrize("content", [b"[]", b"[" * 100_000, b"7", b'{"fingerprint": "F"}', b"\xff"])
def test_a_damaged_explanation_is_refused(place, content):
    (place / "explained" / "explained.json").write_bytes(content)
    with pytest.raises(CallError, match="explain anew"):
        verdict_values(place / "explained", "F")


def test_an_explanation_without_a_number_or_a_verdict_is_refused(place):
    rewrite(place / "explained" / "shares.csv", "0.4,0.1", "nan,0.1")
    with pytest.raises(CallError):
        verdict_values(place / "explained", "F")
    (place / "explained" / "verdicts.csv").write_text("claim_id,verdict\nR01,\n")
    with pytest.raises(CallError):
        verdicts_in(place / "explained")


def test_a_pipe_in_place_of_an_explanation_does_not_hang(place):
    (place / "explained" / "verdicts.csv").unlink()
    mkfifo(place / "explained" / "verdicts.csv")
    with pytest.raises(CallError, match="not a plain file"):
        verdicts_in(place / "explained")


# ------------------------------------------------------------------------ what is asked for


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("fear.strength=1e39", "from 0 to 20"),
        ("ground.nest=0", "from 0.01 to 1"),
        ("councils.strength=-1", "from 0 to"),
        ("contagion.half_life=-3", "from "),
        ("calendar.air_support=1e39", "from 0 to 1000"),
        ("calendar.air_support=nan", "from 0 to 1000"),
    ],
)
def test_a_value_that_would_have_made_nonsense_of_a_war_is_refused(capsys, change, said):
    assert main(["run", "ring", "--set", change]) == WRONG
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("dt", [1e-9, 0.001, 1 / 65])
def test_steps_too_short_to_be_worth_their_memory_are_refused(dt):
    with pytest.raises(CallError, match="steps a day, up to 64"):
        prepare(ring(), Request(dt=dt))


def test_a_war_of_more_steps_than_memory_is_refused():
    long = Request(until=date(2048, 1, 1), dt=1 / 64)
    with pytest.raises(CallError, match="steps of districts"):
        prepare(load("afghanistan-2021"), long)
    assert prepare(ring(), Request(until=date(2028, 1, 1), dt=1 / 64)).plan.steps_a_day == 64


def test_what_is_sound_stays_sound(place):
    assert told(place) == []
    assert use_draws(place)["fear"]["strength"].shape == (2,)
    json.dumps(verdict_values(place / "explained", "F"))
