"""A war is what its tables say, in whatever order; and a row changes no dice but its own."""

from datetime import date, timedelta

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from another_order import in_another_order, read, write
from holdfast.engine.ground import GROUND
from holdfast.engine.run import character, keys
from holdfast.observe import record_series
from holdfast.records.read import find_scenario
from holdfast.records.schema import TABLES
from holdfast.records.table import read_table
from holdfast.study import load, simulate
from holdfast.study.evidence import evidence
from holdfast.study.page import theatre_values
from holdfast.study.scenario import known_at


def bits(tree):
    """Every array of a value, to the bit."""
    leaves, shape = jax.tree.flatten(tree)
    return shape, [(np.asarray(x).dtype, np.asarray(x).shape, np.asarray(x).tobytes())
                   for x in leaves]  # fmt: skip


@pytest.fixture(scope="module")
def shuffled(tmp_path_factory):
    return load(in_another_order(find_scenario("ring"), tmp_path_factory.mktemp("s") / "ring"))


def test_the_shuffled_tables_are_shuffled(shuffled, ring):
    for schema in TABLES:
        here, there = (read_table(s.tables.folder, schema).rows for s in (ring, shuffled))
        key = list(schema.key)
        assert sorted(map(tuple, here[key].to_numpy())) == sorted(map(tuple, there[key].to_numpy()))
        assert len(here) < 2 or not here[key].equals(there[key])
    assert [*shuffled.tables.settings.trackers] == [*ring.tables.settings.trackers][::-1]
    assert shuffled.tables.settings.mechanisms == ring.tables.settings.mechanisms[::-1]


@pytest.mark.parametrize("known_on", [None, date(2001, 1, 25)])
def test_tables_in_any_order_make_the_same_theatre_and_evidence_to_the_bit(
    ring, shuffled, known_on
):
    day = known_on or date(2001, 3, 1)
    here, there = ((s if known_on is None else known_at(s, known_on)) for s in (ring, shuffled))
    assert here.names == there.names
    assert bits(here.theatre) == bits(there.theatre)
    found, as_shuffled = evidence(here, day), evidence(there, day)
    assert bits(vars(found)) == bits(vars(as_shuffled))


def test_the_page_shows_tables_in_any_order_alike(ring, shuffled):
    here, there = theatre_values(ring), theatre_values(shuffled)
    by_name = lambda shown: {t["key"]: t for t in shown.pop("trackers")}  # noqa: E731
    assert by_name(here) == by_name(there)
    assert here.pop("hash") != there.pop("hash")
    assert here == there


# ------------------------------------------------------------------------ rows added before others


CHIEFS = jax.jit(lambda theatre, ground, key: character(theatre, ground, key).replaced)


def spliced(scenario, to, **added):
    """A copy of a scenario with rows added at the head of tables: {table: {column: cell}, like}."""
    folder = in_another_order(scenario.tables.folder, to)
    (folder / "cells.geojson").unlink(missing_ok=True)  # what is added has no shape
    for table, (cells, like) in added.items():
        path = folder / f"{table}.csv"
        head, *rows = read(path)
        model = next(row for row in rows if row[0] == like)
        new = [cells.get(column, cell) for column, cell in zip(head, model, strict=True)]
        write(path, head, [new, *rows])
    return load(folder)


def replaced(scenario, member):
    """Whose chief is replaced at each appointment of a war, by the appointment's id."""
    ground = {name: jnp.float32(p.prior.quantile(0.5)) for name, p in GROUND.items()}
    drawn = CHIEFS(scenario.theatre, ground, keys(1, np.asarray([member]))[0])
    table = scenario.tables.calendar
    ids = table.loc[table["kind"] == "appointment", "calendar_id"]
    return dict(zip(ids, np.asarray(drawn), strict=True))


def test_an_appointment_added_before_others_changes_no_chief_of_theirs(ring, tmp_path):
    half = {"value": "0.5", "level": "nation", "place": ""}
    few = spliced(ring, tmp_path / "few", calendar=({"calendar_id": "later", **half}, "appoint"))
    many = spliced(few, tmp_path / "many", calendar=({"calendar_id": "a", **half}, "appoint"))
    for member in range(3):
        one, other = replaced(few, member), replaced(many, member)
        assert set(other) - set(one) == {"a"}
        for name in one:
            assert (one[name] == other[name]).all()
        assert 0 < other["a"].sum() < 12
        assert (other["a"] != other["later"]).any()


def test_a_district_and_a_garrison_added_before_others_leave_them_their_dice(ring, tmp_path):
    more = spliced(
        ring, tmp_path / "more",
        districts=({"district_id": "A0", "name": "Added"}, "R02"),
        strengths=({"district_id": "A0", "branch": "army", "role": "base"}, "R02"),
        links=({"district_a": "A0", "district_b": "R02", "seat_km": "0"}, "R01"),
    )  # fmt: skip

    def dice(scenario):
        theatre, names = scenario.theatre, scenario.names
        homes = [names.districts[d] for d in np.asarray(theatre.home)]
        return {
            "districts": dict(zip(names.districts, theatre.district_key.tolist(), strict=True)),
            "provinces": dict(zip(names.provinces, theatre.province_key.tolist(), strict=True)),
            "posts": {(key, home) for key, home in zip(theatre.post_key.tolist(), homes,
                                                       strict=True)},
        }  # fmt: skip

    before, after = dice(ring), dice(more)
    assert after["districts"].items() > before["districts"].items()
    assert after["provinces"] == before["provinces"]
    added = after["posts"] - before["posts"]
    assert before["posts"] < after["posts"]
    assert {home for _, home in added} == {"A0"}


# ------------------------------------------------------------------------ whole wars


@pytest.mark.slow
@pytest.mark.parametrize(("name", "days"), [("ring", 60), ("afghanistan-2021", 107)])
def test_whole_wars_are_the_same_to_the_bit_for_tables_in_any_order(name, days, tmp_path):
    as_is = load(name)
    other = load(in_another_order(as_is.tables.folder, tmp_path / name))
    until = as_is.tables.settings.start + timedelta(days=days - 1)
    here, there = (simulate(s, members=10, until=until).observables for s in (as_is, other))
    trackers = here["tracker"].to_numpy()
    there = there.sel(tracker=trackers)
    for variable in here.variables:
        a, b = here[variable].to_numpy(), there[variable].to_numpy()
        assert a.dtype == b.dtype
        same = a.tolist() == b.tolist() if a.dtype.kind in "OT" else a.tobytes() == b.tobytes()
        assert same, variable
    first, again = (record_series(s.tables.control, s.tables.settings.trackers)
                    for s in (as_is, other))  # fmt: skip
    assert first.equals(again)
