"""A table is read whatever wraps it, parts it and encodes it, or refused with a sentence."""

import pytest

import dirty_files as dirty
from holdfast.records.files import Unreadable, read_rows, read_text
from holdfast.records.letters import decoded
from holdfast.records.names import Finder
from holdfast.records.outside import read_outside
from holdfast.records.places import read_places
from holdfast.records.problems import ScenarioError
from holdfast.records.told_tables import read_captures, read_control, read_garrisons

MEN = {"district": ("district",), "men": ("men",)}
NEEDED = ("district", "men")
HEAD = ("district", "men")


def told(call, *given, **more):
    with pytest.raises(ScenarioError) as caught:
        call(*given, **more)
    assert all(problem.cure for problem in caught.value.problems)
    return str(caught.value)


def words(said):
    return " | ".join(f"{one.about.value}: {one.words}" for one in said)


def men(path, encoding=""):
    """The table as pairs, and what was said of it."""
    found = read_outside(path, MEN, NEEDED, encoding)
    return list(zip(found.cells("district"), found.cells("men"), strict=True)), words(found.said)


def finder():
    return Finder(zip([f"X{n}" for n in range(6)], dirty.NAMES, dirty.PROVINCES, strict=True))


# letters


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("option", ["", "utf-8", "cp1252", "cp1251", "gb18030"])
def test_utf8_and_what_bears_a_mark_is_read_so_whatever_option_is_for_other_files(
    tmp_path, encoding, option
):
    path = dirty.rows(
        tmp_path / "t.csv", "district,men", "\u0100kora \u201cHill\u201d,5", encoding=encoding
    )
    assert men(path, option)[0] == [("\u0100kora \u201cHill\u201d", "5")]


def test_utf16_of_either_order_is_read_by_its_mark():
    for order, mark in (("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")):
        assert decoded(mark + "\u0100,1\n".encode(order), "f") == ("\u0100,1\n", ())


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("cp1252", "\u00c9vreux"),
        ("cp1251", "\u0425\u0430\u0440\u044c\u043a\u043e\u0432"),
        ("cp1256", "\u062d\u0644\u0628"),
        ("gb18030", "\u5317\u4eac"),
        ("mac-roman", "\u00c9vreux"),
        ("iso-8859-1", "\u00c9vreux"),
        ("iso-8859-6", "\u062d\u0644\u0628"),
        ("utf-16-le", "\u0100k"),
        ("iso-2022-jp", "\u6771\u4eac"),
    ],
)
def test_the_encoding_that_is_told_holds_for_files_that_are_not_utf8(tmp_path, encoding, name):
    path = dirty.rows(tmp_path / "t.csv", "district,men", f"{name},5", encoding=encoding)
    assert men(path, encoding) == ([(name, "5")], "")


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("cp1251", "\u0425\u0430\u0440\u044c\u043a\u043e\u0432"),
        ("gb18030", "\u5317\u4eac\u5e02"),
        ("cp1256", "\u062d\u0645\u0635\u0629"),
    ],
)
def test_letters_that_no_western_language_has_are_not_guessed_at(tmp_path, encoding, name):
    path = dirty.rows(tmp_path / "t.csv", "district,men", f"{name},5", encoding=encoding)
    message = told(men, path)
    assert "line 2: is not UTF-8 text" in message
    assert "--encoding" in message


def test_a_western_file_is_read_as_cp1252_and_a_word_of_it_is_shown(tmp_path):
    path = dirty.rows(tmp_path / "t.csv", "district,men", "\u00c9vreux,5", encoding="cp1252")
    pairs, said = men(path)
    assert pairs == [("\u00c9vreux", "5")]
    assert "assumed: t.csv is not UTF-8 and was read as cp1252" in said
    assert "'\u00c9vreux'" in said


def test_one_spoilt_byte_does_not_turn_a_utf8_file_into_another_alphabet(tmp_path):
    path = dirty.rows(
        tmp_path / "t.csv", "district,men", "\u00c9vreux,5", "Br\u00e9nd,6", "\u00e9,7"
    )
    path.write_bytes(path.read_bytes().replace(b"nd", b"\xff"))
    assert "line 3: holds a byte that is not UTF-8" in told(men, path)


@pytest.mark.parametrize(
    ("content", "encoding", "said"),
    [
        ("district,men\nA,1\n".encode("utf-16-le"), "", "give --encoding utf-16-le"),
        ("district,men\nA,1\n".encode("utf-16-be"), "", "give --encoding utf-16-be"),
        (b"\xff\xfeA", "", "is cut short or spoilt"),
        (b"district,men\nA,\x00\n", "", "line 2: holds a NUL byte"),
        (b"district,men\nA\x93,1\n", "latin-1", "--encoding cp1252"),
        (b"district,men\n\xe9,1\n", "utf-8", "is not utf-8 text"),
        (b"district,men\nA,1\n", "nonsense", "no encoding is called 'nonsense'"),
        (b"district,men\nA,1\n", "base64", "no encoding is called 'base64'"),
        (b"district,men\nA\x81\x8d,1\n", "", "is not UTF-8 text"),
    ],
)
def test_what_is_no_text_is_refused_with_what_to_do(tmp_path, content, encoding, said):
    (tmp_path / "t.csv").write_bytes(content)
    assert said in told(men, tmp_path / "t.csv", encoding)


# signs and rows


@pytest.mark.parametrize("first", ["sep={}", '"sep={}"', "SEP={}", "sep={0}{0}{0}", "\ufeffsep={}"])
@pytest.mark.parametrize("sign", [";", ",", "\t", "|", "^"])
def test_excels_line_that_tells_the_sign_is_no_row(tmp_path, first, sign):
    lines = (first.format(sign), sign.join(HEAD), sign.join(("Anvil", "5")), sign.join(("B", "x")))
    path = dirty.rows(tmp_path / "t.csv", *lines, end="\r\n")
    assert men(path)[0] == [("Anvil", "5"), ("B", "x")]
    assert "t.csv line 4, men: 'x'" in told(read_garrisons, path, finder())


def test_a_tab_may_be_told_in_two_letters(tmp_path):
    path = dirty.rows(tmp_path / "t.csv", r"sep=\t", "district\tmen", "Anvil\t5")
    assert men(path)[0] == [("Anvil", "5")]


@pytest.mark.parametrize("sign", [";", "\t", "|"])
def test_the_sign_is_that_by_which_rows_are_as_wide_as_the_header(tmp_path, sign):
    lines = (
        f'district{sign}men{sign}"a note, or two, or more"',
        f"Anvil{sign}5{sign}x, y",
        f"Birch{sign}6{sign}z",
    )
    assert men(dirty.rows(tmp_path / "t.csv", *lines))[0] == [("Anvil", "5"), ("Birch", "6")]


def test_a_table_of_one_column_says_that_nothing_parts_its_cells(tmp_path):
    path = dirty.rows(tmp_path / "t.csv", "district:men", "Anvil:5")
    assert "whose cells are parted by none of , ; tabs |" in told(men, path)


@pytest.mark.parametrize("tags", ["#adm2+name,#men", "#adm2 +name,", ",#men+total", " #a , #b "])
def test_a_second_row_of_tags_is_left_out_and_told_once(tmp_path, tags):
    path = dirty.rows(tmp_path / "t.csv", "district,men", tags, "Anvil,5")
    pairs, said = men(path)
    assert pairs == [("Anvil", "5")]
    assert said == "left out: t.csv: line 2, which holds HXL tags"


def test_only_the_second_row_can_be_of_tags(tmp_path):
    path = dirty.rows(tmp_path / "t.csv", "district,men", "Anvil,5", "#adm2,#men")
    assert "line 3" in told(read_garrisons, path, finder())
    path = dirty.rows(tmp_path / "t.csv", "#adm2,#men", "Anvil,5")
    assert "it begins with HXL tags" in told(men, path)


def test_tags_are_left_out_of_every_table(tmp_path):
    tags = "#date,#adm2,#x,#y"
    path = dirty.rows(tmp_path / "c.csv", "date,place,event,how", tags, "2014-06-10,Anvil,,")
    assert "HXL" in words(read_captures(path, finder()).said)
    path = dirty.rows(tmp_path / "s.csv", "date,held,total,tracker", tags, "2014-06-10,1,6,")
    assert "HXL" in words(read_control(path, 6).said)
    path = dirty.rows(tmp_path / "p.csv", "name,lat,lon,population", tags, "Anvil,0,0,5")
    assert "HXL" in words(read_places(path).said)


@pytest.mark.parametrize("sign", [";", "\t", "|"])
@pytest.mark.parametrize("first", ["", "sep={}\n"])
def test_a_scenario_table_that_is_parted_otherwise_says_by_what(sign, first):
    text = first.format(sign) + sign.join(HEAD) + "\nAnvil" + sign + "5\n"
    with pytest.raises(Unreadable, match="seems to be separated by"):
        list(read_rows(text, "t.csv"))


def test_a_scenario_table_may_have_excels_line_with_a_comma():
    assert list(read_rows("sep=,\na,b\n1,2\n", "t.csv")) == [(2, ["a", "b"]), (3, ["1", "2"])]


def test_a_scenario_table_that_is_a_workbook_is_told_so(tmp_path):
    dirty.workbook(tmp_path / "t.csv", {"S": dirty.sheet(HEAD)})
    with pytest.raises(Unreadable, match="is an Excel workbook"):
        read_text(tmp_path, "t.csv")


# numbers in tables


def test_men_and_people_and_counts_in_two_ways_are_refused_by_line(tmp_path):
    path = dirty.rows(tmp_path / "g.csv", "district;men", "Anvil;12.000", "Birch;12,500")
    message = told(read_garrisons, path, finder())
    assert "g.csv line 2, men: '12.000' can be 12 or 12000" in message
    assert "g.csv line 3, men: '12,500' can be 12.500 or 12500" in message
    path = dirty.rows(tmp_path / "s.csv", "date,held,total", "2014-06-10,1.000,6.000")
    assert "can be 6 or 6000" in told(read_control, path, 6)
    path = dirty.rows(tmp_path / "p.csv", "district,population", "X0,90.000", "X1,1.234.567")
    assert "p.csv line 2, population: '90.000' can be 90 or 90000" in told(read_places, path)


def test_places_of_a_spreadsheet_with_decimal_commas_are_where_they_are(tmp_path):
    path = dirty.rows(tmp_path / "p.csv", "name;lat;lon;population", "Anvil;34,500;-10,15;90 000")
    row = read_places(path).points.iloc[0]
    assert (row["latitude"], row["longitude"], row["population"]) == (34.5, -10.15, 90_000)
