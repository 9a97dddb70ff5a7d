"""Files of UCDP and ACLED are read as they were published: layouts, letters, packing, countries."""

from datetime import date

import pytest

import dirty_files as dirty
from holdfast.records.countries import key_of
from holdfast.records.events import Window
from holdfast.records.problems import ScenarioError
from holdfast.records.published import read_events
from holdfast.records.said import About

WINDOW = Window(date(2014, 1, 1), date(2014, 12, 31), (-140.1, -0.1, -138.4, 1.1))


def told(call, *given, **more):
    with pytest.raises(ScenarioError) as caught:
        call(*given, **more)
    assert all(problem.cure for problem in caught.value.problems)
    return str(caught.value)


def words(found, about):
    return " ".join(one.words for one in found.said if one.about is about)


def ged(tmp_path, *changes):
    return dirty.events(tmp_path / "GEDEvent_v24_1.csv", dirty.GED, dirty.GED_ROW, *changes)


def acled(tmp_path, *changes):
    return dirty.events(tmp_path / "acled.csv", dirty.ACLED, dirty.ACLED_ROW, *changes)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("at", [0, 19_990, 20_000, 40_000])
@pytest.mark.parametrize("publisher", [ged, acled])
def test_events_are_read_whatever_letters_they_hold_and_where(tmp_path, publisher, encoding, at):
    note = "x" * at + "\u0100kora \u201cHill\u201d \u062d\u0644\u0628" * 3
    path = publisher(tmp_path, {"adm_1" if publisher is ged else "notes": note})
    path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    assert len(read_events(path, WINDOW).rows) == 1


def test_the_encoding_that_is_told_holds_for_events(tmp_path):
    path = acled(tmp_path, {"location": "\u0425\u0430\u0440\u044c\u043a\u043e\u0432"})
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1251"))
    window = Window(WINDOW.first, WINDOW.last, WINDOW.box, encoding="cp1251")
    assert read_events(path, window).rows["location"].iloc[0][0] == "\u0425"


OLD = [
    "",
    "GWNO",
    "EVENT_ID_CNTY",
    "EVENT_ID_NO_CNTY",
    "EVENT_DATE",
    "TIME_PRECISION",
    "EVENT_TYPE",
    "ACTOR1",
    "INTER1",
    "COUNTRY",
    "LOCATION",
    "LATITUDE",
    "LONGITUDE",
    "GEO_PRECISION",
    "FATALITIES",
]
OLD_ROW = {
    "GWNO": "999",
    "EVENT_DATE": "10-February-2014",
    "TIME_PRECISION": "1",
    "INTER1": "2",
    "COUNTRY": "Nowhere",
    "LATITUDE": "0.25",
    "LONGITUDE": "-139.75",
    "GEO_PRECISION": "1",
    "FATALITIES": "4",
}


def older(tmp_path, *kinds, column="EVENT_TYPE"):
    """ACLED of before 2019, with an index as its API gave it, an event of each kind."""
    changes = [{"EVENT_TYPE": kind, "EVENT_ID_CNTY": f"{n}XYZ"} for n, kind in enumerate(kinds)]
    path = dirty.events(tmp_path / "old.csv", OLD, OLD_ROW, *changes)
    path.write_text(path.read_text().replace("EVENT_TYPE", column, 1))
    return path


@pytest.mark.parametrize("column", ["EVENT_TYPE", "SUB_EVENT_TYPE"])
def test_acled_of_before_2019_says_who_took_what_as_todays_does(tmp_path, column):
    path = older(
        tmp_path,
        "Battle-Non-state actor overtakes territory",
        "Battle-No change of territory",
        "Battle-Government regains territory",
        "Battle-Rebels overtake territory",
        "Non-violent transfer of territory",
        "Riots/Protests",
        "battle - no Change of territory ",
        column=column,
    )
    found = read_events(path, WINDOW)
    assert list(found.rows["change"]) == [
        "captured",
        "",
        "recaptured",
        "captured",
        "captured",
        "",
        "",
    ]
    assert "ACLED's layout of before 2019; 5 battles" in words(found, About.READ)
    assert "not known here" not in words(found, About.ASSUMED)


def test_kinds_of_event_that_are_not_known_are_told_with_how_many(tmp_path):
    path = acled(tmp_path, {"sub_event_type": "Seizure"}, {"sub_event_type": "Seizure"}, {})
    assert "2 events of a kind that is not known here" in words(
        read_events(path, WINDOW), About.ASSUMED
    )
    path = ged(
        tmp_path,
        {"type_of_violence": "4"},
        {"type_of_violence": "State-based conflict"},
        {"type_of_violence": "one-sided violence"},
        {"type_of_violence": "3.0"},
    )
    found = read_events(path, WINDOW)
    assert list(found.rows["note"]) == ["", "state-based", "one-sided", "one-sided"]
    assert "1 event of a kind that is not known here, kept without it: '4' (1)" in words(
        found, About.ASSUMED
    )


def test_numbers_of_a_countrys_events_do_not_hide_those_of_another(tmp_path):
    rows = [{"EVENT_ID_NO_CNTY": "7", "COUNTRY": name} for name in ("Nowhere", "Elsewhere")]
    path = dirty.events(
        tmp_path / "old.csv",
        [*OLD[:2], *OLD[3:]],
        OLD_ROW | {"EVENT_TYPE": "Remote violence"},
        *rows,
    )
    assert list(read_events(path, WINDOW).rows["country_name"]) == ["Nowhere", "Elsewhere"]


def test_ged_of_old_editions_is_read_and_one_without_names_is_told(tmp_path):
    path = ged(tmp_path, {})
    header, row = path.read_text().splitlines()
    path.write_text(header.replace(",best,high,low,", ",best_est,high_est,low_est,") + f"\n{row}\n")
    assert list(read_events(path, WINDOW).rows["high"]) == [7]
    path.write_text(f"{row}\n")
    assert "has no row of column names" in told(read_events, path, WINDOW)


def test_a_tag_row_is_no_event_and_monthly_sums_are_refused(tmp_path):
    path = ged(tmp_path, {})
    header, row = path.read_text().splitlines()
    path.write_text("\n".join([header, ",".join(["#x"] * len(dirty.GED)), row]) + "\n")
    found = read_events(path, WINDOW)
    assert words(found, About.LEFT_OUT) == "GEDEvent_v24_1.csv: line 2, which holds HXL tags"
    path = dirty.rows(tmp_path / "h.csv", "country,month,year,events,fatalities", "A,May,2014,1,2")
    assert "sums by month, not events" in told(read_events, path, WINDOW)


def test_events_come_packed_or_in_a_workbook(tmp_path):
    content = ged(tmp_path, {}).read_bytes()
    path = dirty.packed(tmp_path / "ged.zip", **{"GEDEvent_v24_1.csv": content})
    assert len(read_events(path, WINDOW).rows) == 1
    cells = {"event_id_cnty": "X1"} | dirty.ACLED_ROW
    kept = ("event_id_cnty", "event_date", "sub_event_type", "latitude", "longitude", "fatalities")
    book = {
        "About": dirty.sheet(("x", "y")),
        "Data": dirty.sheet(kept, tuple(cells[name] for name in kept)),
    }
    assert len(read_events(dirty.workbook(tmp_path / "a.xlsx", book), WINDOW).rows) == 1


@pytest.mark.parametrize("day", ["0025-02-10", "1393-02-10"])
def test_one_year_that_cannot_be_meant_does_not_stop_a_publishers_file(tmp_path, day):
    found = read_events(ged(tmp_path, {}, {"date_start": day, "date_end": day}), WINDOW)
    assert len(found.rows) == 1
    assert "1 event of a year that cannot be meant (line 3)" in words(found, About.LEFT_OUT)


def test_coordinates_of_a_spreadsheet_are_read_or_told_by_line(tmp_path):
    path = ged(tmp_path, {"latitude": "0,25"}, {"latitude": "0.052.235"}, {"latitude": ""})
    found = read_events(path, WINDOW)
    assert list(found.rows["latitude"]) == [0.25]
    assert "2 events without coordinates that can be read (line 3, 4)" in words(
        found, About.LEFT_OUT
    )


@pytest.mark.parametrize(
    "name", ["Yemen", "YEM", "ye", "887", "Yemen (North Yemen)", "Republic of Yemen"]
)
def test_a_country_has_one_key_under_all_its_names(name):
    assert key_of(name) == "YEM"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("DR Congo (Zaire)", "COD"),
        ("Congo", "COG"),
        ("Democratic Republic of Congo", "COD"),
        ("Myanmar (Burma)", "MMR"),
        ("Cambodia (Kampuchea)", "KHM"),
        ("Russia (Soviet Union)", "RUS"),
        ("Kingdom of eSwatini (Swaziland)", "SWZ"),
        ("Zimbabwe (Rhodesia)", "ZWE"),
        ("Bosnia-Herzegovina", "BIH"),
        ("C\u00f4te d\u2019Ivoire", "CIV"),
        ("Guinea-Bissau", "GNB"),
        ("Sudan", "SDN"),
        ("South Sudan", "SSD"),
        ("Niger", "NER"),
        ("Nigeria", "NGA"),
        ("004", "AFG"),
        ("Iran (Islamic Republic of)", "IRN"),
        ("Viet Nam", "VNM"),
        ("Otherland", "otherland"),
    ],
)
def test_names_that_publishers_give_countries_are_known(name, key):
    assert key_of(name) == key
