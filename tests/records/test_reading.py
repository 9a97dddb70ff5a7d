"""Whatever stands in a file, the reader gives a table that satisfies the schema or says why not."""

import csv
import errno
import os
import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.records.columns import Kind
from holdfast.records.problems import MOST_OF_A_KIND, ScenarioError, count
from holdfast.records.read import find_scenario, list_scenarios, look_at, read_scenario
from holdfast.records.schema import TABLES

FILES = ["scenario.toml", "cells.geojson", "datapackage.json", *(table.path for table in TABLES)]
NEEDED = ["scenario.toml", *(table.path for table in TABLES if not table.optional)]
GARBAGE = [
    b"",
    b"\x00",
    b"\xff\xfe\x00\x01",
    b"\xef\xbb\xbf",
    b"\r\n\r\n",
    b'"',
    b"a,b\n1\n",
    b"x" * 300_000,
    b'"' + b"y" * 300_000 + b'"\n',
    b"[" * 100_000,
    b'{"features": [{"properties": {"district_id": []}}]}',
    b'{"features": [null]}',
    b"district_id\n\n\nR01,,,\n",
]
FUZZ = settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def told(folder):
    with pytest.raises(ScenarioError) as caught:
        read_scenario(folder)
    assert caught.value.problems
    assert str(caught.value)
    return caught.value.problems


def accept_or_refuse(folder):
    """Read the folder; what is accepted satisfies the schema, the rest is a ScenarioError."""
    try:
        tables = read_scenario(folder)
    except ScenarioError as error:
        refused = error
    else:
        assert_satisfies_the_schema(tables)
        return
    assert refused.problems
    assert all(problem.file and problem.says for problem in refused.problems)


def assert_satisfies_the_schema(tables):
    for table in TABLES:
        frame = getattr(tables, table.name)
        assert list(frame) == [column.name for column in table.columns]
        assert len(frame) == len(tables.lines[table.name])
        assert not frame.duplicated(list(table.key)).any()
        for column in table.columns:
            satisfies(frame[column.name], column)


def satisfies(cells, column):
    if column.kind in (Kind.NUMBER, Kind.INTEGER):
        numbers = cells.to_numpy(float)
        known = numbers[~np.isnan(numbers)]
        assert np.isfinite(known).all()
        assert not column.required or len(known) == len(numbers)
        assert column.minimum is None or (known >= column.minimum).all()
        assert column.maximum is None or (known <= column.maximum).all()
        assert column.kind is Kind.NUMBER or (known == known.round()).all()
    elif column.kind is Kind.DATE:
        assert cells.dtype.kind == "M"
        assert not column.required or cells.notna().all()
    else:
        assert all(isinstance(cell, str) for cell in cells)
        assert not column.required or (cells != "").all()
        assert not column.words or set(cells) <= {"", *column.words}


@pytest.mark.parametrize("file", NEEDED)
def test_a_missing_file_is_named(ring, file):
    (ring.folder / file).unlink()
    assert [(p.file, p.says) for p in told(ring.folder)] == [(file, "is missing")]


@pytest.mark.parametrize("file", FILES)
def test_a_folder_in_place_of_a_file_is_named(ring, file):
    (ring.folder / file).unlink()
    (ring.folder / file).mkdir()
    assert file in {p.file for p in look_at(ring.folder)[1]}


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("content", GARBAGE, ids=lambda content: repr(content[:12]))
def test_garbage_in_place_of_a_file_is_named(ring, file, content):
    (ring.folder / file).write_bytes(content)
    assert file in {p.file for p in look_at(ring.folder)[1]}


def test_a_scenario_needs_no_record_and_no_shapes(ring):
    for table in TABLES:
        if table.optional:
            (ring.folder / table.path).unlink()
    (ring.folder / "cells.geojson").unlink()
    tables = read_scenario(ring.folder)
    assert tables.cells is None
    assert len(tables.captures) == 0
    accept_or_refuse(ring.folder)


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_another_mark_between_the_cells_is_told_in_one_line(ring, mark):
    text = (ring.folder / "links.csv").read_text().replace(",", mark)
    (ring.folder / "links.csv").write_text(text)
    (problem,) = told(ring.folder)
    assert problem.file == "links.csv"
    assert problem.says.startswith("seems to be separated by")
    assert mark in problem.says or mark == "\t"


@pytest.mark.parametrize("line", ["sep=,\n", "SEP=,\n"])
def test_a_line_that_only_a_spreadsheet_understands_is_passed_over(ring, line):
    before = read_scenario(ring.folder).links
    text = (ring.folder / "links.csv").read_text()
    (ring.folder / "links.csv").write_text(line + text)
    assert read_scenario(ring.folder).links.equals(before)


def test_a_sign_that_a_spreadsheet_is_told_and_that_parts_nothing_is_told(ring):
    text = (ring.folder / "links.csv").read_text()
    (ring.folder / "links.csv").write_text("sep=;\n" + text)
    (problem,) = told(ring.folder)
    assert problem.says.startswith("seems to be separated by")


def test_of_many_bad_rows_the_first_twenty_are_told_and_the_others_counted(ring):
    with (ring.folder / "sources.csv").open("a") as table:
        table.writelines(f"s{n},t,,derived\n" for n in range(1000))
    problems = told(ring.folder)
    assert len(problems) == MOST_OF_A_KIND + 1
    assert str(problems[-1]) == "sources.csv: and 980 more like these (has 4 cells)"
    assert count(problems) == 1000


def test_kinds_of_problems_are_counted_each_for_itself(ring):
    rows = ring.rows("links.csv")
    bad = [["R01", f"Y{n}", "x", "20", "contact", "made-up"] for n in range(30)]
    worse = [["R01", f"Z{n}", "20", "-1", "contact", "made-up"] for n in range(40)]
    ring.write("links.csv", [*rows, *bad, *worse])
    more = {p.column: p.more for p in told(ring.folder) if p.more}
    assert more == {"border_km": 10, "seat_km": 20}


@pytest.mark.parametrize(
    ("file", "cells"),
    [
        ("links.csv", lambda n: ["R01", f"Y{n}", "20", "20", "contact", "made-up"]),
        (
            "record/control.csv",
            lambda n: [
                f"c{n}",
                "2001-01-08",
                "2001-01-08",
                f"t{n}",
                "held",
                "",
                "1",
                "1",
                "12",
                "asserts",
                "x",
                "made-up",
                "high",
                "",
            ],
        ),
    ],
)
def test_what_the_checks_find_is_bounded_too(ring, file, cells):
    rows = ring.rows(file)
    ring.write(file, [*rows, *([cells(n) for n in range(500)])])
    problems = told(ring.folder)
    assert len(problems) < 2 * (MOST_OF_A_KIND + 1) + 1
    assert max(p.more for p in problems) >= 480


def test_equal_rows_are_bounded_too(ring):
    rows = ring.rows("links.csv")
    ring.write("links.csv", [*rows, *([rows[1]] * 300)])
    problems = told(ring.folder)
    assert len(problems) == MOST_OF_A_KIND + 1
    assert count(problems) == 300


def test_a_header_of_ten_thousand_columns_is_a_few_lines(ring):
    rows = ring.rows("links.csv")
    ring.write("links.csv", [[*rows[0], *(f"column{n}" for n in range(10_000))], *rows[1:]])
    problems = told(ring.folder)
    assert len(problems) == MOST_OF_A_KIND + 1
    assert problems[-1].more == 9_980


@pytest.mark.parametrize(
    ("number", "reason"), [(errno.EACCES, "Permission denied"), (errno.EIO, "Input/output error")]
)
def test_a_table_that_may_not_be_read_hides_no_other_problem(ring, monkeypatch, number, reason):
    opened = os.open

    def refuse(path, *how, **more):
        if str(path).endswith("districts.csv"):
            raise OSError(number, os.strerror(number), str(path))
        return opened(path, *how, **more)

    monkeypatch.setattr(os, "open", refuse)
    ring.change("record/counts.csv", lambda _: True, stance="assert")
    assert [(p.file, p.says) for p in told(ring.folder)] == [
        ("districts.csv", f"cannot be read ({reason})"),
        ("record/counts.csv", "is not a word of this column"),
    ]


@pytest.mark.parametrize("file", ["districts.csv", "calendar.csv", "scenario.toml"])
@pytest.mark.parametrize("target", ["pipe", "itself", "/proc/self/mem", "/dev/zero", "nowhere"])
def test_what_is_no_table_is_named_and_nothing_is_waited_for(ring, file, target):
    path = ring.folder / file
    path.unlink()
    if target == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(path if target == "itself" else target)
    assert file in {p.file for p in told(ring.folder)}


@pytest.mark.parametrize(
    "name",
    ["../../evil", "/tmp/evil", "..", ".evil", "a/b", "a b", "w" * 61, "w" * 300, "évil", "-x", ""],
)
def test_a_name_that_is_a_path_is_refused(ring, name):
    ring.replace("scenario.toml", 'name = "ring"', f'name = "{name}"')
    assert [(p.file, p.column) for p in told(ring.folder)] == [("scenario.toml", "name")]


def test_a_tracker_whose_id_is_a_path_is_refused(ring):
    ring.replace("scenario.toml", "[trackers.centres]", '[trackers."../centres"]')
    assert "scenario.toml" in {p.file for p in told(ring.folder)}


def test_an_empty_list_of_mechanisms_is_not_taken_for_all(ring):
    ring.replace("scenario.toml", "national_capital", "mechanisms = []\nnational_capital")
    assert [p.says for p in told(ring.folder)] == ["names no mechanism"]


def test_a_misnamed_table_is_not_read_as_an_empty_one(ring):
    (ring.folder / "record/captures.csv").rename(ring.folder / "record/capture.csv")
    problems = told(ring.folder)
    assert ("record/capture.csv", "did you mean 'record/captures.csv'?") in {
        (p.file, p.cure) for p in problems
    }


def test_byte_order_marks_line_ends_and_the_order_of_columns_do_not_matter(ring):
    before = read_scenario(ring.folder)
    for table in TABLES:
        rows = [row[::-1] for row in ring.rows(table.path)]
        text = "".join(",".join(f'"{c}"' for c in row) + "\r\n" for row in rows)
        (ring.folder / table.path).write_text("\ufeff" + text, encoding="utf-8", newline="")
    after = read_scenario(ring.folder)
    for table in TABLES:
        assert getattr(after, table.name).equals(getattr(before, table.name))
    assert after.lines == before.lines
    assert after.fingerprint != before.fingerprint


@pytest.mark.parametrize(
    ("column", "cell", "says"),
    [
        ("population", "12.5", "is not a whole number"),
        ("population", "-3", "is below 0"),
        ("population", "1_000", "is not a whole number"),
        ("population", "١٢", "is not a whole number"),
        ("population", "9" * 40, "is not a whole number"),
        ("latitude", "nan", "is not a number"),
        ("latitude", "inf", "is not a number"),
        ("latitude", "1e999", "is not finite"),
        ("latitude", "91", "is above 90"),
        ("latitude", "", "is empty"),
        ("latitude", " 1", "has spaces at its ends"),
        ("name", "a\nb", "holds a line break or a control character"),
        ("name", "a\x07b", "holds a line break or a control character"),
        ("name", "n" * 20_000, "is too long"),
        ("district_id", "R;1", "is not of the form wanted here"),
        ("source_id", "made-up;", "has an empty or spaced id"),
        ("source_id", "made-up;made-up", "names an id twice"),
        ("held_at_start", "maybe", "is not a word of this column"),
    ],
)
def test_a_wrong_cell_is_told_with_its_line_and_column(ring, column, cell, says):
    line = ring.change("districts.csv", lambda row: row["district_id"] == "R08", **{column: cell})
    found = [(p.file, p.line, p.column, p.says) for p in told(ring.folder)]
    assert ("districts.csv", line, column, says) in found


@pytest.mark.parametrize("cell", ["2021-02-30", "2021-2-3", "20210203", "9999-01-01", "today"])
def test_a_day_that_is_none_is_refused(ring, cell):
    line = ring.change("calendar.csv", lambda _: True, date=cell)
    assert ("calendar.csv", line, "date") in {(p.file, p.line, p.column) for p in told(ring.folder)}


def test_lines_are_those_an_editor_shows(ring):
    rows = ring.rows("links.csv")
    rows.insert(3, [])
    rows[5] = rows[5][:-1]
    ring.write("links.csv", rows)
    assert [(p.line, p.says) for p in told(ring.folder)][0] == (6, "has 5 cells")


def test_a_header_is_whole_and_names_each_column_once(ring):
    header, *body = ring.rows("links.csv")
    ring.write("links.csv", [["district_a", "district_a", "border", *header[3:]], *body])
    problems = {(p.column or p.value, p.says, p.cure) for p in told(ring.folder)}
    assert ("district_a", "stands twice", "take one of them out") in problems
    assert ("border", "is not a column of this table", "did you mean 'border_km'?") in problems
    assert {name for name, says, _ in problems if says == "is missing"} == {
        "district_b",
        "border_km",
    }


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("dt = 1.0", "dt = 0", "dt"),
        ("dt = 1.0", "dt = nan", "dt"),
        ("dt = 1.0", "dt = true", "dt"),
        ("dt = 1.0", "dd = 1.0", "dd"),
        ("start = 2001-01-01", 'start = "2001-01-01"', "start"),
        ("start = 2001-01-01", "start = 2001-01-01T00:00:00", "start"),
        ("total = 150", "total = 1.5", "insurgents.total"),
        ("[insurgents]", "[insurgent]", "insurgent"),
        ('counts = "centre"', 'counts = "center"', "trackers.centres.counts"),
        ("company = 40", "company = 0", "posts.company"),
        ("origins = [", "origins = [1, ", "splits.origins"),
        ("calibration = {", "calibration = { x = 1,", "splits.calibration"),
        ("[insurgents]", "mechanisms = [1]\n[insurgents]", "mechanisms"),
    ],
)
def test_a_wrong_setting_is_told_with_its_key(ring, old, new, key):
    ring.replace("scenario.toml", old, new)
    assert key in {p.column for p in told(ring.folder) if p.file == "scenario.toml"}


def test_a_name_that_is_not_known_is_answered_with_the_nearest():
    with pytest.raises(ScenarioError, match="did you mean 'afghanistan-2021'") as caught:
        find_scenario("afganistan-2021")
    assert "ring" in str(caught.value)


def test_a_folder_that_is_not_there_is_said_not_to_be():
    with pytest.raises(ScenarioError, match="'no/such/folder' is not there: no such folder"):
        find_scenario("no/such/folder")


@pytest.mark.parametrize(
    ("file", "kind"), [("manifest.json", "of a run"), ("fit.json", "of a fit")]
)
def test_a_folder_that_the_program_made_is_said_to_be_no_scenario(tmp_path, file, kind):
    (tmp_path / file).write_text("{}")
    with pytest.raises(ScenarioError, match=f"is the folder {kind}, not of a scenario"):
        find_scenario(tmp_path)
    (tmp_path / "scenario.toml").touch()
    assert find_scenario(tmp_path) == tmp_path


@pytest.mark.parametrize("name", ["", "\x00", "a" * 5000, "no/such/folder", "ring\n"])
def test_a_name_that_is_none_is_refused(name):
    with pytest.raises(ScenarioError):
        read_scenario(name)


def test_a_folder_is_read_as_well_as_a_name(ring):
    assert find_scenario(ring.folder) == ring.folder
    assert find_scenario("ring").name == "ring"
    assert list_scenarios() == sorted(list_scenarios())
    assert read_scenario(ring.folder).fingerprint == read_scenario("ring").fingerprint


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory):
    return Path(shutil.copytree(find_scenario("ring"), tmp_path_factory.mktemp("fuzz") / "ring"))


def with_content(folder, file, content):
    """Read the folder once with other bytes in one file, then put the old ones back."""
    path = folder / file
    before = path.read_bytes()
    path.write_bytes(content)
    try:
        accept_or_refuse(folder)
    finally:
        path.write_bytes(before)


@pytest.mark.slow
@FUZZ
@given(file=st.sampled_from(FILES), content=st.binary(max_size=400))
def test_any_bytes_are_accepted_or_refused(spoilt, file, content):
    with_content(spoilt, file, content)


@pytest.mark.slow
@FUZZ
@given(
    file=st.sampled_from(FILES),
    changes=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 30), st.binary(max_size=6)),
        min_size=1,
        max_size=4,
    ),
)
def test_a_file_with_bytes_changed_is_accepted_or_refused(spoilt, file, changes):
    content = (spoilt / file).read_bytes()
    for place, length, new in changes:
        at = int(place * len(content))
        content = content[:at] + new + content[at + length :]
    with_content(spoilt, file, content)


CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", "0", "-1", "1e308", "-0", "R01", "R01;R02", "made-up", "nation", "captured"]
    ),
    st.dates(date(1700, 1, 1), date(2300, 1, 1)).map(str),
    st.floats().map(str),
    st.integers().map(str),
)


@pytest.mark.slow
@FUZZ
@given(table=st.sampled_from(TABLES), data=st.data())
def test_a_table_with_cells_changed_is_accepted_or_refused(spoilt, table, data):
    rows = list(csv.reader((spoilt / table.path).read_text(encoding="utf-8").splitlines()))
    for _ in range(data.draw(st.integers(1, 3))):
        row = data.draw(st.sampled_from(rows))
        row[data.draw(st.integers(0, len(row) - 1))] = data.draw(CELLS)
    text = "\n".join(",".join('"' + c.replace('"', '""') + '"' for c in row) for row in rows)
    with_content(spoilt, table.path, text.encode("utf-8", "surrogatepass"))
