"""A fit, and what is made from it: draws for runs, forecasts, explanations. On the ring."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from holdfast.cli import DONE, WRONG, main
from holdfast.explain import merge
from holdfast.infer import Draws
from holdfast.records.confusion import FILE as CONFUSION
from holdfast.study import CallError, Request, load
from holdfast.study.catalogue import catalogue
from holdfast.study.draws import DRAWS
from holdfast.study.explain import explain, explain_to_folder, known_confusion
from holdfast.study.fit_store import MIDDLE, begin, chain, keep, resume_fit
from holdfast.study.forecast import ahead, turning_on_capitals
from holdfast.study.own_war import FreeWars
from holdfast.study.publish import resume, run_to_folder
from holdfast.study.simulate import ensemble, prepare, values
from holdfast.study.tell import claims_text
from holdfast.study.tell_explain import explained_text
from holdfast.study.tell_fit import fit_text
from holdfast.study.verdicts import COUNTS, districts_of, verdicts
from holdfast.vocabulary.types import Trajectory
from holdfast.vocabulary.words import Fate, index

CHAINS, DRAWN = 2, 20
KNOWN_ON = date(2001, 2, 10)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A finished fit whose chains nobody sampled: they were drawn from the prior."""
    where = tmp_path_factory.mktemp("fits") / "small"
    rng = np.random.default_rng(1)
    where.mkdir()
    begin(where, load("ring"), KNOWN_ON, "quick", seed=1)
    keep(where, MIDDLE, np.save, np.zeros(20))
    for number in range(CHAINS):
        z = rng.standard_normal((DRAWN, 20)).astype(np.float32)
        flat = np.zeros(DRAWN)
        keep(where, chain(number), np.savez, **Draws(z, flat, flat > 0, flat + 7)._asdict())
    resume_fit(where)
    return where


@pytest.fixture(scope="module")
def fit(folder):
    return resume_fit(folder)


def copied(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "copy")


# ------------------------------------------------------------------------ on disk


def test_a_fit_is_kept_as_arviz_groups_and_as_a_table_of_draws(folder, fit):
    posterior = xr.open_zarr(folder / "posterior.zarr", group="posterior", consolidated=False)
    assert dict(posterior.sizes) == {"chain": CHAINS, "draw": DRAWN, "parameter": 20}
    table = pd.read_csv(folder / DRAWS)
    assert list(table) == list(fit.model.free)
    strength = posterior["contagion.strength"].to_numpy().ravel()
    np.testing.assert_allclose(table["contagion.strength"], strength, rtol=1e-6)
    stats = xr.open_zarr(folder / "posterior.zarr", group="sample_stats", consolidated=False)
    assert set(stats) == {"diverging", "n_steps", "lp"}


@pytest.mark.slow
def test_a_fit_killed_in_its_second_chain_is_finished_as_if_it_had_not_been(tmp_path):
    """A real fit, a real kill -9 once the first chain is whole."""
    command = [sys.executable, "-m", "holdfast", "fit", "ring", "--quick", "--out"]
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    child = subprocess.Popen([*command, str(killed)], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 1200
    while time.monotonic() < deadline and not (killed / "chain-0.npz").exists():
        assert child.poll() is None, "the fit ended before it could be killed"
        time.sleep(0.1)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert not (killed / DRAWS).exists()
    assert main(["fit", "--resume", str(killed)]) == DONE
    assert main([*command[3:], str(whole)]) == DONE
    for name in ("chain-0.npz", "chain-1.npz"):
        with np.load(killed / name) as one, np.load(whole / name) as other:
            for key in one:
                np.testing.assert_array_equal(one[key], other[key])
    assert (killed / DRAWS).read_bytes() == (whole / DRAWS).read_bytes()


def test_a_fit_of_a_scenario_that_has_changed_is_refused(folder, tmp_path):
    other = copied(folder, tmp_path)
    manifest = json.loads((other / "fit.json").read_text())
    (other / "fit.json").write_text(json.dumps(manifest | {"fingerprint": "another"}))
    with pytest.raises(CallError, match="fit it anew"):
        resume_fit(other)


def test_a_fit_is_told_with_its_conflicts_its_weeks_and_how_well_it_sampled(fit):
    told = fit_text(fit)
    assert "what was known on 2001-02-10" in told
    assert "effective sample size" in told
    assert "first falls in the week to" in told
    assert "times as far from what is expected" in " ".join(told.split())
    assert max(map(len, told.splitlines())) <= 80


# ------------------------------------------------------------------------ draws for runs


def test_members_of_a_run_take_whole_draws_of_the_fit(folder):
    asked = prepare(load("ring"), Request(members=30, seed=4, parameters=str(folder)))
    drawn, table = values(asked, np.arange(30)), pd.read_csv(folder / DRAWS)
    mine = np.stack([drawn[n.split(".")[0]][n.split(".")[1]] for n in table], -1)
    rows = np.abs(table.to_numpy()[None] - mine[:, None]).max(-1).argmin(1)
    np.testing.assert_allclose(table.to_numpy()[rows], mine, rtol=1e-6)
    assert len(set(rows)) > 8
    alone = values(asked, np.asarray([17]))
    assert alone["contagion"]["strength"] == drawn["contagion"]["strength"][17]


def test_a_set_that_is_neither_a_name_nor_a_fit_is_refused(tmp_path, capsys):
    assert main(["run", "ring", "--parameters", str(tmp_path)]) == WRONG
    assert "default, prior or the folder of a finished fit" in capsys.readouterr().err


def test_a_mechanism_that_the_fit_left_out_must_be_left_out_of_the_run(folder, tmp_path):
    other = copied(folder, tmp_path)
    table = pd.read_csv(other / DRAWS)
    table.drop(columns="fear.strength").to_csv(other / DRAWS, index=False)
    with pytest.raises(CallError, match="--without fear"):
        prepare(load("ring"), Request(parameters=str(other)))
    prepare(load("ring"), Request(parameters=str(other), without=("fear",)))


def test_a_run_whose_fit_has_changed_since_is_not_gone_on_with(folder, tmp_path):
    other = copied(folder, tmp_path)
    war = prepare(load("ring"), Request(members=2, parameters=str(other)))
    run, *_ = run_to_folder(war, tmp_path / "run")
    table = pd.read_csv(other / DRAWS)
    (table * 1.01).to_csv(other / DRAWS, index=False)
    with pytest.raises(CallError, match="parameters of"):
        resume(run.path)


# ------------------------------------------------------------------------ forecast


def test_a_forecast_is_written_with_scores_beside_six_simple_ones(folder, tmp_path, capsys):
    out = tmp_path / "forecast"
    assert main(["forecast", "--fit", str(folder), "--members", "10", "--out", str(out)]) == DONE
    told = capsys.readouterr().out
    assert "Not for planning operations" in told
    head = " ".join(told[: told.index("more districts fallen by")].split())
    assert "The fitted model does not make this war" in head  # its chains are draws of the prior
    assert max(map(len, told.splitlines())) <= 80 or str(out) in told
    scores = pd.read_csv(out / "scores.csv")
    assert len(scores) == 7
    assert np.isfinite(scores["log_score"]).all()
    output = pd.read_csv(out / "model-output.csv")
    assert {"origin_date", "output_type", "output_type_id", "value"} <= set(output)


# ------------------------------------------------------------------------ explain


@pytest.fixture(scope="module")
def explained(folder):
    """Explained as if the wars of these draws of the prior were like the recorded one."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(FreeWars, "makes_its_war", True)
        found = explain(folder, worlds=3)
    free = replace(found.fit.free, rows=8, outside=1, low=4.0, middle=7.0, high=9.0, recorded=7.0)
    return replace(found, fit=replace(found.fit, free=free))


@pytest.fixture(scope="module")
def missed(explained):
    """The same of a fit whose wars are not like the recorded one."""
    free = replace(explained.fit.free, rows=8, outside=6, low=0, middle=2, high=6, recorded=10.0)
    fit = replace(explained.fit, free=free)
    return replace(explained, fit=fit, verdicts=verdicts(fit, (), None, None, None, 1))


def test_shares_and_the_ground_add_up_to_all_that_fell(explained):
    of_wars_with_falls = (explained.fell > 0).mean()
    assert explained.shares["share"].sum() == pytest.approx(of_wars_with_falls, abs=1e-6)
    assert list(explained.shares["group"]) == [*catalogue(), "the ground alone"]


def test_every_claim_gets_a_verdict_that_names_it(explained):
    claims = explained.fit.scenario.tables.claims["claim_id"]
    assert list(explained.verdicts["claim_id"]) == list(claims)
    for claim, said in zip(claims, explained.verdicts["verdict"], strict=True):
        assert said.startswith(claim)
        assert "inside this model" in said


def test_a_fit_that_does_not_make_its_war_gives_no_verdict(missed):
    assert set(missed.verdicts["kind"]) == {"withheld"}
    told = " ".join(explained_text(missed).split())
    assert (
        "The fitted model does not make this war (6 of 8 counts of the record outside its 90% band;"
        " it loses 2 districts (0 to 6), the record 10): no verdict."
    ) in told
    assert "The shares below say something of the model only" in told
    assert "inside this model" not in told


def test_a_folder_without_verdicts_says_so_to_those_who_read_it(
    folder, tmp_path, monkeypatch, missed
):
    monkeypatch.setattr("holdfast.study.explain.explain", lambda *args: missed)
    out, _ = explain_to_folder(folder, out=tmp_path / "explained")
    said = json.loads((out / "explained.json").read_text())
    assert said["makes_its_war"] is False
    told = " ".join(claims_text(load("ring"), out).split())
    assert said["no_verdict"] in told
    assert "no verdict." not in told.replace(said["no_verdict"], "")
    del said["makes_its_war"]  # as an earlier version left it
    (out / "explained.json").write_text(json.dumps(said))
    with pytest.raises(CallError, match="explain anew"):
        claims_text(load("ring"), out)


def test_draws_of_the_prior_do_not_make_the_war_of_the_ring(fit):
    assert not fit.free.makes_its_war  # seen: explained by them, the ring would lose nothing


def test_a_fit_keeps_what_its_free_wars_are_beside_the_record(folder, fit):
    kept = json.loads((folder / "fit.json").read_text())["free_wars"]
    assert (kept["wars"], kept["until"]) == (50, "2001-02-10")
    assert (folder / "report.html").is_file()
    assert fit.free.as_dict() == kept
    told = " ".join(fit_text(fit).split())
    assert kept["verdict"] in told
    assert f"{len(fit.model.fixed)} other parameters are held at the middle" in told
    assert "own set (parameters.csv, 8 values, 2 of them of parameters that are held)" in told


def test_free_wars_are_those_that_run_counts(folder, fit):
    asked = Request(50, seed=1, parameters=str(folder))
    run = ensemble(prepare(load("ring"), asked))
    fell = (run.observables["first_fall"] <= 41) & (run.observables["held_at_start"] == 0)
    ordered = np.sort(fell.sum("district").to_numpy())
    # 90% of fifty: the third lowest and third highest, ends falling outwards.
    assert (fit.free.low, fit.free.high) == (ordered[2], ordered[47])
    rows = run.scenario.tables.control["known_on"] <= pd.Timestamp(KNOWN_ON)
    assert fit.free.rows == rows.sum()


def test_what_was_not_measured_is_said_to_be_so(explained):
    told = explained_text(explained)
    assert "has not been measured for this scenario" in told
    assert "no winner" in told
    assert max(map(len, told.splitlines())) <= 80


def test_explanations_that_are_confused_are_one_group(fit, tmp_path):
    names = [m.name for m in fit.model.mechanisms]
    table = pd.DataFrame(np.eye(len(names)) * 0.7, names, names)
    table.loc["fear", "contagion"] = 0.3
    table = table.drop("flight").drop(columns="flight")  # was due no credit: stands alone
    table.to_csv(tmp_path / CONFUSION)
    scenario = replace(fit.scenario, tables=replace(fit.scenario.tables, folder=tmp_path))
    groups = merge(known_confusion(replace(fit, scenario=scenario)))
    assert len(groups) == len(names) - 1
    assert {("contagion", "fear"), ("flight",)} <= {group.mechanisms for group in groups}


def test_explaining_writes_its_tables(folder, tmp_path, monkeypatch, explained):
    monkeypatch.setattr("holdfast.study.explain.explain", lambda *args: explained)
    out = tmp_path / "explained"
    where, _ = explain_to_folder(folder, out=out)
    assert where == out
    assert len(pd.read_csv(out / "verdicts.csv")) == len(explained.verdicts)
    assert json.loads((out / "explained.json").read_text())["confusion_measured"] is False
    with pytest.raises(CallError, match="does not exist or is empty"):
        explain_to_folder(folder, out=out)
    told = " ".join(claims_text(load("ring"), out).split())
    assert all(" ".join(said.split()) in told for said in explained.verdicts["verdict"])
    with pytest.raises(CallError, match="--explained"):
        claims_text(load("ring"), tmp_path)


# ------------------------------------------------------------------------ what a claim counts


@pytest.fixture
def two_wars():
    """Two wars of four days and three districts, of which only what is counted is filled in."""
    none = dict.fromkeys(Trajectory._fields)
    growing = np.arange(4.0)[None, :, None] * np.array([1.0, 10.0, 100.0])
    fates = np.zeros((2, 4, len(Fate)))
    fates[:, :, index(Fate.RETURNED)] = [0, 10, 30, 60]
    by_district = np.zeros((2, 3, len(Fate)))
    by_district[:, :, index(Fate.RETURNED)] = [30, 15, 15]
    return Trajectory(**none | {
        "held": np.zeros((2, 4, 3)), "held_at_start": np.array([[0, 0, 1]] * 2),
        "first_fall": np.array([[0.5, 2.5, 1.5], [np.inf, 3.0, np.inf]]),
        "surrendered": np.repeat(growing, 2, 0), "abroad": 2 * np.repeat(growing, 2, 0),
        "fates": fates, "fates_by_district": by_district,
    })  # fmt: skip


@pytest.mark.parametrize(
    ("about", "where", "first", "last", "counted"),
    [
        ("count_districts_lost", [1, 1, 1], 0, 3, [2, 1]),  # the third was held from the first
        ("count_districts_lost", [1, 1, 1], 2, 2, [1, 1]),  # day 2 runs from 2 to 3
        ("count_fled_abroad", [1, 0, 0], 1, 2, [4, 4]),
        ("count_surrendered_or_fled", [1, 1, 0], 0, 3, [99, 99]),
        ("return_to_duty", [1, 0, 0], 2, 3, [25, 25]),  # half of 60 less 10
    ],
)
def test_a_claim_counts_its_districts_and_days(two_wars, about, where, first, last, counted):
    found = COUNTS[about](two_wars, np.asarray(where, bool), first, last)
    np.testing.assert_allclose(found, counted)


def test_districts_are_found_by_the_cells_that_a_claim_gives():
    scenario = load("afghanistan-2021")
    table = scenario.tables.districts
    north = districts_of(scenario, "region=Northern;region=North Eastern")
    assert north.sum() == table["region"].isin(["Northern", "North Eastern"]).sum() > 100
    border = districts_of(scenario, "borders=TJ")
    assert border.sum() == table["borders"].str.contains("TJ").sum() > 15
    assert districts_of(scenario, "").all()


def test_what_cannot_be_explained_is_refused_before_a_fit(folder, tmp_path, capsys):
    (tmp_path / "there").write_text("something")
    for options, told in (
        (["--fit", str(folder), "--until", "2001-02-01"], "Leave --until and --quick away"),
        (["--worlds", "1"], "2 to"),
        (["--out", str(tmp_path)], "is empty"),
    ):
        assert main(["explain", "ring", "--quick", *options]) == WRONG
        assert told in capsys.readouterr().err


@pytest.mark.slow
def test_as_many_wars_are_fought_on_as_were_asked_for(fit):
    wars = ahead(fit, KNOWN_ON + timedelta(days=5), members=3)
    assert wars.trajectory.held.shape[0] == 3


def test_a_forecast_does_not_know_the_day_on_which_capitals_will_be_gone_for(fit):
    spared = fit.found.until
    assert np.isinf(fit.model.theatre.calendar.capitals_day)  # it is 15 February, known that day
    drawn = fit.model.many(np.zeros((4000, 20)))
    changed, values = turning_on_capitals(fit, drawn, np.random.default_rng(1))
    wait = values["targeting"]["capitals_shift"]
    assert changed.model.theatre.calendar.capitals_day == spared
    assert wait.min() >= 0
    assert (wait <= spared).mean() == pytest.approx(1 / 2, abs=0.03)
    assert (wait <= 3 * spared).mean() == pytest.approx(3 / 4, abs=0.03)
    values["targeting"]["capitals_shift"] = drawn["targeting"]["capitals_shift"]
    assert all(values[owner] is drawn[owner] for owner in drawn if owner != "targeting")
