"""The bundled scenarios carry the record whole, with a source for every number."""

import csv
import json
import re

import pytest

from holdfast.records.datapackage import as_json
from holdfast.records.read import find_scenario, list_scenarios, read_scenario
from holdfast.records.schema import TABLES

CARRIED = {  # DESIGN: mechanisms of the first theatre, with their claims
    "pledge": "C08 C09",
    "broadcast": "C10",
    "councils": "C11 C12 C13",
    "legitimacy": "C14 C19 C20",
    "broken_pledge": "C15 C16",
    "ally_withdrawal": "C17",
    "leadership": "C18 C21",
    "contagion": "C22",
    "waiting": "C23",
    "fear": "C24",
    "tactical_retreat": "C25 C26",
    "counterattack": "C27",
    "flight": "C04 C07",
    "observation": "C01 C02 C03 C05 C06",
}


@pytest.fixture(scope="module")
def afghanistan():
    return read_scenario("afghanistan-2021")


@pytest.fixture(scope="module", params=list_scenarios())
def scenario(request):
    return read_scenario(request.param)


def test_the_package_is_the_one_made_from_the_schema(scenario):
    written = (scenario.folder / "datapackage.json").read_text(encoding="utf-8")
    assert written == as_json(scenario.settings)


def test_every_column_has_a_meaning_and_every_number_a_unit():
    for table in TABLES:
        for column in table.columns:
            assert column.meaning
            assert column.unit or column.kind not in ("number", "integer")


def test_the_package_describes_the_columns_that_stand_in_the_files(scenario):
    package = json.loads((scenario.folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        if resource["format"] == "csv":
            with (scenario.folder / resource["path"]).open(newline="") as handle:
                header = next(csv.reader(handle))
            assert header == [field["name"] for field in resource["schema"]["fields"]]


def test_no_file_names_a_machine_or_hides_control_characters(scenario):
    for file in scenario.folder.rglob("*"):
        if file.is_file():
            text = file.read_text(encoding="utf-8")
            assert not re.search(r"/(work|tmp|home|root|Users)/", text), file
            assert "\r" not in text


def test_every_source_is_used_and_every_memory_says_so(scenario):
    used = set(scenario.settings.insurgents.source_id.split(";"))
    for tracker in scenario.settings.trackers.values():
        used |= set(tracker.source_id.split(";"))
    for table in TABLES:
        if table.name != "sources" and "source_id" in getattr(scenario, table.name):
            for cell in getattr(scenario, table.name)["source_id"]:
                used |= set(cell.split(";"))
    sources = scenario.sources
    assert used == set(sources["source_id"]) - {"natural-earth"}
    memory = sources[sources["kind"] == "memory"]
    assert memory["title"].str.contains("from memory").all()


def test_the_map_of_afghanistan_is_whole(afghanistan):
    assert len(afghanistan.districts) == 422
    assert len(afghanistan.links) == 1110
    assert afghanistan.districts["capital"].sum() == 34
    assert afghanistan.districts["province"].nunique() == 34
    assert afghanistan.districts["population"].sum() == 30_725_560
    drawn = [f for f in afghanistan.cells["features"] if "district_id" in f["properties"]]
    newer = afghanistan.districts["parent_district_id"] != ""
    assert len(drawn) == 399
    assert newer.sum() == 23
    assert (afghanistan.folder / "cells.geojson").stat().st_size < 600_000


def test_the_roll_is_that_of_april_2021(afghanistan):
    by_branch = afghanistan.strengths.groupby("branch")["paper"].sum()
    assert by_branch["police"] == 118_628
    assert by_branch["army"] + by_branch["commando"] == 182_071
    assert by_branch.sum() == 300_699


def test_the_men_stand_where_the_stated_rule_puts_them(afghanistan):
    strengths = afghanistan.strengths.merge(afghanistan.districts, on="district_id")
    total = strengths["paper"].sum()
    by_capital = strengths.groupby("capital")["paper"].sum()
    assert by_capital[0] / total == pytest.approx(0.25, abs=1e-4)
    rural = strengths[strengths["capital"] == 0].groupby("branch")["paper"].sum()
    assert rural["police"] / rural.sum() == pytest.approx(0.7, abs=1e-4)
    kabul = strengths[strengths["district_id"] == afghanistan.settings.national_capital]
    assert kabul["paper"].sum() / total == pytest.approx(0.2, abs=1e-4)
    bases = strengths[(strengths["capital"] == 1) & (strengths["name"] != "Kabul")]
    seats = bases.loc[bases["branch"] == "commando", "district_id"]
    men = bases.groupby("district_id")["paper"].sum()
    assert len(seats) == 7
    assert men[seats].mean() / men.drop(seats).mean() == pytest.approx(3, abs=0.3)


def test_every_province_lies_in_one_corps(afghanistan):
    assert (afghanistan.districts.groupby("province")["corps"].nunique() == 1).all()
    assert afghanistan.districts["corps"].nunique() == 8


def test_every_claim_is_carried_by_its_mechanism(afghanistan):
    claims = afghanistan.claims
    assert len(claims) == 27
    carried = claims.groupby("mechanism")["claim_id"].agg(lambda ids: " ".join(sorted(ids)))
    assert carried.to_dict() == CARRIED


def test_the_record_is_carried_whole(afghanistan):
    assert len(afghanistan.control) == 78
    assert len(afghanistan.status) == 422
    events = afghanistan.captures["event"].value_counts()
    assert events["captured"] == 223 + 34
    assert events["recaptured"] == 29


def test_trackers_that_define_control_differently_disagree_on_the_first_day(afghanistan):
    control = afghanistan.control
    held = control[(control["date"] == "2021-05-01") & (control["measure"] == "held")]
    told = set(zip(held["tracker"], held["value_low"], strict=True))
    assert told == {("lwj", 73), ("lwj", 70), ("aan", 33)}, "the map's own word, and told to a wire"


def test_a_number_that_is_disputed_stands_beside_those_who_dispute_it(afghanistan):
    counts = afghanistan.counts.set_index("count_id")
    crossed = counts[(counts["what"] == "crossed_abroad") & (counts["low"] == 1037)].index[0]
    about_it = counts[counts["counts_as_one_with"] == crossed]
    assert {"denies", "cannot_confirm", "asserts"} == set(about_it["stance"])
    killed = counts[(counts["what"] == "killed_after_surrender") & (counts["date"] == "2021-06-16")]
    assert set(killed["stance"]) == {"asserts", "denies"}
    assert (killed["known_on"] == "2021-07-13").all()


def test_a_killing_of_men_who_surrendered_is_called_a_war_crime(scenario):
    breaches = scenario.calendar[scenario.calendar["kind"] == "breach"]
    assert len(breaches) or scenario.settings.name == "vietnam-1975"  # none is dated there
    assert breaches["note"].str.contains("war crime").all()


def test_the_ring_is_small_enough_for_a_plain_loop():
    ring = read_scenario("ring")
    assert len(ring.districts) == len(ring.links) == 12
    assert ring.strengths["paper"].sum() == 600
    assert (ring.settings.end - ring.settings.start).days + 1 == 60
    rural = ring.strengths[ring.strengths["role"] == "checkpoint"]
    assert rural.groupby("district_id")["paper"].sum().between(30, 45).all()
    assert set(ring.sources["kind"]) == {"derived"}
    assert set(ring.calendar["kind"]) == set(read_scenario("afghanistan-2021").calendar["kind"])


def test_folders_are_found_by_name():
    assert {"afghanistan-2021", "ring"} <= set(list_scenarios())
    assert find_scenario("ring").is_dir()
