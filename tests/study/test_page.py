"""The page is told what a scenario says, and its wishes are checked before anything is fought."""

import base64
import json
from html import unescape

import numpy as np
import pytest

from chromium import chromium, needs_chromium
from holdfast.study import CallError, Request, load
from holdfast.study.about import about, asked_of
from holdfast.study.page import page_of, theatre_values
from holdfast.study.serve import check, fight_in_parts, request_of
from holdfast.study.simulate import simulate

ASKED = {"members": 30, "seed": 3, "strengths": {"contagion": 0}, "series": {}, "set": "default"}


@pytest.fixture(scope="module")
def ring():
    return load("ring")


@pytest.fixture(scope="module")
def theatre(ring):
    return theatre_values(ring)


@pytest.fixture(scope="module")
def parts():
    return list(fight_in_parts("ring", ASKED))


def test_the_theatre_is_json_and_names_every_district(theatre, ring):
    json.dumps(theatre, allow_nan=False)
    assert [d["id"] for d in theatre["districts"]] == list(ring.names.districts)
    assert (theatre["days"], theatre["hash"]) == (ring.names.days, ring.tables.fingerprint[:16])


def test_every_explanation_has_a_strength_that_its_slider_can_show(theatre):
    for m in theatre["mechanisms"]:
        strength = m["strength"]
        assert strength["low"] <= 0 < strength["high"], m["name"]
        assert strength["prior"], m["name"]
        assert m["wrong_if"], m["name"]


def test_presets_leave_each_explanation_out_and_alone(theatre):
    names = [m["name"] for m in theatre["mechanisms"]]
    presets = {p["key"]: p["strengths"] for p in theatre["presets"]}
    for name in names:
        assert presets[f"without:{name}"] == {name: 0}
        assert presets[f"only:{name}"] == {other: 0 for other in names if other != name}


def test_every_claim_of_the_article_is_told_with_its_mechanism():
    real = theatre_values(load())
    assert len(real["claims"]) == 27
    known = {m["name"] for m in real["mechanisms"]} | {"observation"}
    assert {c["mechanism"] for c in real["claims"]} <= known
    assert sum(d["path"] is not None for d in real["districts"]) == 399
    assert [s["key"] for s in real["series"]] == ["ally_presence", "air_support", "pay_arrears"]


def test_parts_grow_until_all_wars_are_there(parts):
    assert [part["members"] for part in parts] == [10, 20, 30]
    assert all(part["of"] == 30 for part in parts)


def test_what_is_told_in_the_end_is_what_the_command_fights(parts):
    run = simulate(load("ring"), members=30, seed=3, changes={"contagion.strength": "0"})
    held = np.frombuffer(base64.b64decode(parts[-1]["held"]), np.uint8)
    by_command = np.rint(100 * run.observables["held"].mean("member").to_numpy()).astype(np.uint8)
    assert (held == by_command.ravel()).all()


def test_a_part_is_json_but_for_its_pressures(parts):
    json.dumps({**parts[-1], "push": None}, allow_nan=False)
    assert parts[-1]["push"].shape == (12, len(parts[-1]["weeks"]), len(parts[-1]["pushers"]))


def test_a_wish_is_filled_up(ring):
    assert check(ring, {"seed": 9}) == {
        "members": 100, "seed": 9, "strengths": {}, "series": {}, "set": "default",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"members": 0}, "1 to 1000"),
        ({"members": True}, "whole number"),
        ({"seed": -1}, "from 0"),
        ({"strengths": {"nosuch": 1}}, "nosuch"),
        ({"strengths": {"pledge": 1e300}}, "-1000 to 1000"),
        ({"series": {"moonlight": [[0, 1]]}}, "ally_presence"),
        ({"series": {"air_support": []}}, "1 to 40 pairs"),
        ({"series": {"air_support": [[0, -1]]}}, "from 0 to 1000"),
        ({"series": {"air_support": [[5, 1], [5, 0]]}}, "stands twice"),
        ({"set": "posterior"}, "default or prior"),
    ],
)
def test_a_wish_that_cannot_be_granted_is_refused_in_words(ring, wish, words):
    with pytest.raises(ValueError, match=words):
        check(ring, wish)


def test_a_schedule_is_drawn_with_straight_lines(ring):
    full = check(ring, {"series": {"air_support": [[0, 1], [10, 0]]}})
    assert request_of(ring, full).changes == {"calendar.air_support": "2001-01-01:1;2001-01-11:0"}


def test_the_report_of_the_real_theatre_is_under_a_megabyte():
    run = simulate(load(), members=2, seed=1)
    page = page_of(run, about(run, "a-run", 1.0))
    assert len(page.encode()) < 1_000_000
    assert '"path":"M' in page


def test_a_run_tells_what_the_page_would_have_asked():
    asked = Request(20, 3, without=("fear",), changes={"pledge.strength": "0.5"})
    assert asked_of(asked) == {
        "members": 20, "seed": 3, "strengths": {"fear": 0.0, "pledge": 0.5}, "series": {},
        "set": "default",
    }  # fmt: skip
    for beyond in ({"only": ("fear",)}, {"parameters": "fits/x"}, {"dt": 0.5},
                   {"changes": {"ground.ghosts": "0.1"}}):  # fmt: skip
        assert asked_of(Request(**beyond)) is None


def test_a_run_shows_itself_in_a_notebook(ring):
    shown = simulate(ring, members=2, seed=1)._repr_html_()
    assert shown.startswith("<iframe srcdoc=")
    inside = unescape(shown.split('"')[1])
    assert inside.lower().startswith("<!doctype html>")
    assert '"live":false' in inside


def test_verdicts_are_shown_beside_their_claims_and_groups(tmp_path):
    """The folder of an explanation, cut to what the page reads."""
    said = {"known_on": "2001-02-01", "knowledge": "what was known on 2001-02-01", "worlds": 9,
            "groups": [["fear", "flight"], ["contagion"]], "confusion_measured": True,
            "fingerprint": load("ring").tables.fingerprint,
            "makes_its_war": True, "no_verdict": ""}  # fmt: skip
    (tmp_path / "explained.json").write_text(json.dumps(said))
    (tmp_path / "shares.csv").write_text(
        "group,share,low,high,alone,left_out\nfear + flight,0.4,0.1,0.6,0.1,0.5\n"
        "contagion,0.2,0,0.3,,\nthe ground alone,0.1,0,0.2,,\n"
    )
    (tmp_path / "strengths.csv").write_text(
        "parameter,posterior,low,high\ncontagion.strength,2,1,3\n"
    )
    (tmp_path / "verdicts.csv").write_text("claim_id,verdict\nR01,R01: inside this model nothing\n")
    theatre = theatre_values(load("ring"), explained=tmp_path)
    shown = theatre["verdicts"]
    assert [row["group"] for row in shown["rows"]] == [["fear", "flight"], ["contagion"]]
    assert shown["rows"][0]["strength"] is None
    assert shown["rows"][1]["strength"] == [2, 1, 3]
    assert shown["ground"] == [0.1, 0, 0.2]
    assert shown["known"] == "what was known on 2001-02-01"
    assert {c["verdict"] for c in theatre["claims"]} - {None} <= {"R01: inside this model nothing"}
    assert shown["no_verdict"] == ""
    none = said | {"makes_its_war": False, "no_verdict": "It loses 2, the record 10: no verdict."}
    (tmp_path / "explained.json").write_text(json.dumps(none))
    theatre = theatre_values(load("ring"), explained=tmp_path)
    assert theatre["verdicts"]["no_verdict"] == "It loses 2, the record 10: no verdict."
    assert {c["verdict"] for c in theatre["claims"]} == {None}
    of_another = said | {"fingerprint": "another"}
    (tmp_path / "explained.json").write_text(json.dumps(of_another))
    with pytest.raises(CallError, match="explain it anew"):
        theatre_values(load("ring"), explained=tmp_path)
    (tmp_path / "explained.json").write_text(json.dumps({"worlds": 9}))
    with pytest.raises(CallError, match="this version"):
        theatre_values(load("ring"), explained=tmp_path)


@needs_chromium
def test_a_run_in_a_notebook_opens_in_its_frame(ring, tmp_path):
    """A frame with srcdoc has no address of its own, and its policy still lets its modules in."""
    cell = tmp_path / "notebook.html"
    cell.write_text(simulate(ring, members=2, seed=1)._repr_html_(), "utf-8")
    wrong = []
    with chromium() as browser:
        page = browser.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(cell.as_uri())
        frame = page.frame_locator("iframe")
        frame.locator("html[data-ready=yes]").wait_for(state="attached", timeout=60_000)
        frame.locator("#scrub").fill("5")
        frame.locator("#timeline .date", has_text="2001-01-06").wait_for()
    assert wrong == []
