"""What is extreme but legal runs from the folder to the report, and gives numbers throughout."""

import json
import shutil
from datetime import date, timedelta

import numpy as np
import pytest

from holdfast.cli import main
from holdfast.records.read import find_scenario
from holdfast.study import Request, load, simulate
from holdfast.study.catalogue import catalogue
from holdfast.study.publish import REPORT, SUMMARY, run_to_folder
from holdfast.study.scenario import check
from holdfast.study.simulate import LONGEST_DAYS, prepare
from holdfast.vocabulary.words import Fate, Manner

pytestmark = pytest.mark.slow
ALL = tuple(catalogue())
WHERE_NOTHING_IS = {"first_fall", "push", "contested", "government"}
"""Variables that say inf or NaN where there is nothing to count, as MEANINGS tells."""


@pytest.fixture(scope="module")
def ring():
    return load("ring")


@pytest.fixture(scope="module")
def lone(tmp_path_factory):
    """A country of one district, which touches nothing, with no record, no shapes and no dates."""
    folder = tmp_path_factory.mktemp("lone")
    source = find_scenario("ring")
    for name in ("districts.csv", "strengths.csv"):
        header, *rows = (source / name).read_text().splitlines()
        kept = [row for row in rows if row.startswith("R01,")]
        (folder / name).write_text("\n".join([header, *kept]) + "\n")
    header = (source / "links.csv").read_text().splitlines()[0]
    (folder / "links.csv").write_text(header + "\n")
    for name in ("sources.csv", "scenario.toml"):
        shutil.copy(source / name, folder / name)
    return folder


def is_sound(data):
    """Numbers are numbers, counts are of people, and everyone is somewhere."""
    for name, variable in data.data_vars.items():
        if name not in WHERE_NOTHING_IS:
            assert np.isfinite(variable.to_numpy().astype(float)).all(), name
            assert name == "why" or (variable.to_numpy() >= (name == "manner_of_fall") * -1).all()
    fates = data["fates"]
    assert fates.dtype == np.int64
    assert (fates.diff("day") >= 0).all()
    assert (data["fates_by_district"].sum("district") == fates.isel(day=-1)).all()
    lost = [str(f) for f in (Fate.DESERTED, Fate.KILLED, Fate.KILLED_AFTER_SURRENDER)]
    gone = fates.sel(fate=lost).sum("fate")
    there = data["serving"].sum("district")
    assert (there + gone <= data["present"].sum("district")).all()


def test_a_country_of_one_district_is_checked_and_fought_over(lone, tmp_path, capsys):
    assert check(lone)[1] == ()
    assert main(["check", str(lone)]) == 0
    scenario = load(lone)
    assert scenario.theatre.neighbour.shape == (1, 1)
    war = prepare(scenario, Request(members=3, until=date(2001, 1, 31)))
    folder, run, text = run_to_folder(war, tmp_path / "run")
    is_sound(run.observables)
    assert run.observables.sizes["district"] == 1
    assert "nan" not in text.lower()
    assert main(["why", str(folder.path), "R01"]) == 0


def test_districts_without_links_are_told_one_by_one(lone, tmp_path):
    """No rows are allowed, islands nobody named are not."""
    copy = shutil.copytree(find_scenario("ring"), tmp_path / "ring")
    shutil.copy(lone / "links.csv", copy / "links.csv")
    (copy / "datapackage.json").unlink()
    told = [p for p in check(copy)[1] if p.check == "the_map_hangs_together"]
    assert len(told) == 11


def test_a_war_without_any_explanation_is_told(ring, tmp_path, capsys):
    words = [word for name in ALL for word in ("--without", name)]
    out = tmp_path / "run"
    asked = ["run", "ring", "--members", "2", "--until", "2001-01-20", "--out", str(out)]
    assert main([*asked, *words]) == 0
    assert "nan" not in capsys.readouterr().out.lower()
    made = json.loads((out / "manifest.json").read_text())
    assert made["mechanisms"] == []
    is_sound(simulate(ring, members=2, until=date(2001, 1, 20), without=ALL).observables)


@pytest.mark.parametrize("ghosts", [0.0, 1.0])
def test_an_army_that_is_all_there_or_not_at_all_is_told(ring, tmp_path, ghosts):
    changes = {"ground.ghosts": str(ghosts)}
    war = prepare(ring, Request(members=3, until=date(2001, 1, 31), changes=changes))
    folder, run, text = run_to_folder(war, tmp_path / "run")
    is_sound(run.observables)
    assert (run.observables["present"].sum("district") == 600 * (1 - ghosts)).all()
    assert "nan" not in text.lower()
    assert "nan" not in (folder.path / SUMMARY).read_text().lower()


def test_steps_of_a_sixty_fourth_of_a_day_give_the_same_war(ring):
    """As many fall within a day or two, give or take: the dice of men in posts are the same."""
    coarse, fine = (
        simulate(ring, members=20, until=date(2001, 1, 31), dt=dt).observables
        for dt in (1.0, 1 / 64)
    )
    is_sound(fine)
    few = coarse["held"].isel(day=-1).sum("district"), fine["held"].isel(day=-1).sum("district")
    spread = np.hypot(*(x.std("member").item() / np.sqrt(20) for x in few))
    assert abs(few[0].mean() - few[1].mean()).item() < 4 * spread + 0.5


@pytest.mark.nightly
def test_ten_thousand_days_end_with_a_report_that_opens(ring, tmp_path):
    """Long past the last date of the scenario and of its calendar."""
    last = date(2001, 1, 1) + timedelta(LONGEST_DAYS - 1)
    war = prepare(ring, Request(members=2, until=last))
    folder, run, text = run_to_folder(war, tmp_path / "run")
    is_sound(run.observables)
    assert run.observables.sizes["day"] == LONGEST_DAYS
    assert "nan" not in text.lower()
    assert (folder.path / REPORT).stat().st_size < 20 * 2**20
    assert len(Manner) == run.observables.sizes["manner"]
