"""Nothing that was meant to be read is left out in silence: absent tables and misspelt ones."""

import shutil

import pytest

from holdfast.records.read import list_scenarios, look_at, read_scenario
from holdfast.records.schema import TABLES
from holdfast.records.unread import NOTE, absent, unread


def lines(folder):
    return [str(problem) for problem in look_at(folder)[1]]


def stops(folder):
    return [p.file for p in look_at(folder)[1] if p.stops]


@pytest.mark.parametrize("name", list_scenarios())
def test_of_a_bundled_scenario_nothing_is_noted(name):
    folder = read_scenario(name).folder
    assert [*absent(folder), *unread(folder)] == []


@pytest.mark.parametrize("table", [t for t in TABLES if t.optional], ids=lambda t: t.name)
def test_a_table_that_is_not_there_is_told_with_what_that_means(ring, table):
    (ring.folder / table.path).unlink()
    notes = {p.file: p for p in absent(ring.folder)}
    assert list(notes) == [table.path]
    assert str(notes[table.path]) == f"There is no {table.path}: {table.without}."
    assert table.without
    assert (notes[table.path].check, notes[table.path].stops) == (NOTE, False)


def test_a_record_that_is_not_there_is_one_line(ring):
    shutil.rmtree(ring.folder / "record")
    assert lines(ring.folder) == [
        "There are no tables in record/: nothing to fit to and nothing to score against."
    ]
    assert len(read_scenario(ring.folder).captures) == 0


@pytest.mark.parametrize("name", ["Record", "records", "recrod", "RECORD", "record.d"])
def test_a_record_under_another_name_stops(ring, name):
    (ring.folder / "record").rename(ring.folder / name)
    assert stops(ring.folder) == [name]


def test_a_record_that_is_a_file_a_loop_or_a_broken_link_stops(ring):
    record = ring.folder / "record"
    shutil.rmtree(record)
    record.write_text("x")
    assert "record" in stops(ring.folder)
    for target in ("record", "nowhere"):
        record.unlink()
        record.symlink_to(target)
        assert "record" in stops(ring.folder)


@pytest.mark.parametrize(
    "name",
    [
        "Calendar.csv",
        "calender.csv",
        "CALENDAR.CSV",
        "calendar.CSV",
        "calendar.csv.csv",
        "calendar (1).csv",
        "calendar_old.csv",
        "Calendar.xlsx",
        "calendar.tsv",
        "calendar.json",
        "calendar.txt",
        "record/calendar.csv",
        "tables/calendar.csv",
        "calendar .csv",
    ],
)
def test_a_calendar_under_another_name_stops_and_is_named(ring, name):
    (ring.folder / name).parent.mkdir(exist_ok=True)
    (ring.folder / "calendar.csv").rename(ring.folder / name)
    (problem,) = (p for p in look_at(ring.folder)[1] if p.stops)
    assert problem.file == name
    assert "calendar.csv" in problem.cure


@pytest.mark.parametrize("name", ["calendar.csv.bak", "calendar.csv~", "calendar.old"])
def test_a_calendar_put_aside_does_not_stop_and_is_named(ring, name):
    (ring.folder / "calendar.csv").rename(ring.folder / name)
    assert lines(ring.folder) == [
        f"{name} is not read, and there is no calendar.csv.",
        "There is no calendar.csv: no ally leaves, no pay stops, nobody is replaced.",
    ]


def test_a_table_of_the_record_beside_it_stops(ring):
    (ring.folder / "record/claims.csv").rename(ring.folder / "claims.csv")
    assert stops(ring.folder) == ["claims.csv"]


def test_a_needed_table_under_another_name_is_named_beside_the_one_that_is_missing(ring):
    (ring.folder / "districts.csv").rename(ring.folder / "Districts.csv")
    assert {"districts.csv", "Districts.csv"} <= set(stops(ring.folder))


def test_a_second_table_and_a_stranger_are_noted_and_what_lies_aside_is_not(ring):
    for name in ("Calendar.csv", "towns.csv", "calendar.csv.bak", "notes.txt", "sources.md"):
        (ring.folder / name).write_text("x")
    (ring.folder / "raw").mkdir()
    (ring.folder / "raw/calendar.csv").write_text("x")
    assert lines(ring.folder) == [
        "Calendar.csv is not read: calendar.csv is.",
        "towns.csv is not read: no table has such a name.",
    ]


def test_names_that_cannot_be_printed_are_told_in_ascii(ring):
    (ring.folder / "to\nwns\udcff.csv").write_text("x")
    assert lines(ring.folder) == [r"'to\nwns\udcff.csv' is not read: no table has such a name."]


def test_thousands_of_strange_files_are_a_few_lines(ring):
    (ring.folder / "calendar.csv").unlink()
    for n in range(100):
        (ring.folder / f"calendar{n}.csv").write_text("x")
    assert len(lines(ring.folder)) < 30
