"""What is packed is unpacked, and workbooks are read, or refused with a sentence."""

import gzip
import io
import zipfile

import pytest

import dirty_files as dirty
from holdfast.records.names import Finder
from holdfast.records.outside import read_outside
from holdfast.records.places import read_places
from holdfast.records.problems import ScenarioError
from holdfast.records.told_tables import read_captures, read_garrisons

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


# what is packed


def as_csv(path):
    return dirty.rows(path, "district,men", "Anvil,5").read_bytes()


def test_a_zip_or_gzip_of_one_table_is_that_table(tmp_path):
    content = as_csv(tmp_path / "t.csv")
    more = {"__MACOSX/._t.csv": b"x", "readme.txt": b"x", "codebook.pdf": b"x", ".DS_Store": b"x"}
    pairs, said = men(dirty.packed(tmp_path / "t.zip", **{"in/t.csv": content}, **more))
    assert pairs == [("Anvil", "5")]
    assert "t.zip: in/t.csv in it was read" in said
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(content))
    assert men(tmp_path / "t.csv.gz")[0] == [("Anvil", "5")]
    book = dirty.workbook(tmp_path / "b.xlsx", {"S": dirty.sheet(HEAD, ("Anvil", 5))})
    assert men(dirty.packed(tmp_path / "z.zip", **{"b.xlsx": book.read_bytes()}))[0] == pairs


def test_of_a_zip_of_several_tables_one_is_named(tmp_path):
    content = as_csv(tmp_path / "t.csv")
    path = dirty.packed(tmp_path / "t.zip", **{"a.csv": content, "b.csv": content + b"Birch,6\n"})
    message = told(men, path)
    assert "is a zip of 2 tables: a.csv, b.csv" in message
    assert "t.zip#a.csv" in message
    assert len(men(tmp_path / "t.zip#b.csv")[0]) == 2
    assert "is not in the zip" in told(men, tmp_path / "t.zip#c.csv")
    assert "has no part" in told(men, tmp_path / "t.csv#S")


def locked(path):
    """A zip whose one table is marked as locked with a password."""
    content = bytearray(dirty.packed(path, **{"t.csv": b"a,b\n1,2\n"}).read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    return path


def test_what_cannot_be_unpacked_is_refused_in_words(tmp_path):
    assert "locked with a password" in told(men, locked(tmp_path / "l.zip"))
    path = dirty.packed(tmp_path / "n.zip", **{"a.pdf": b"x"})
    assert "is a zip without a table: it holds a.pdf" in told(men, path)
    inner = dirty.packed(tmp_path / "i.zip", **{"t.csv": b"a,b\n"}).read_bytes()
    assert "zip in a zip" in told(men, dirty.packed(tmp_path / "o.zip", **{"t.csv": inner}))
    whole = dirty.packed(tmp_path / "c.zip", **{"t.csv": b"district,men\nAnvil,5\n" * 9})
    whole.write_bytes(whole.read_bytes()[:-30])
    assert "damaged zip" in told(men, whole)
    (tmp_path / "t.gz").write_bytes(gzip.compress(b"district,men\nAnvil,5\n")[:-9])
    assert "cut short" in told(men, tmp_path / "t.gz")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7", "is a PDF"),
        (b"Rar!\x1a\x07", "packed by RAR"),
        (b"PAR1", "a Parquet file"),
        (b"<!DOCTYPE html><html><body>Log in", "is a web page"),
        (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
        (b'{"type": "FeatureCollection"}', "is JSON"),
        (b"BZh91AY", "packed by bzip2"),
        (b"SQLite format 3\x00", "database"),
        (b"<?xml version='1.0'?><a/>", "is XML"),
    ],
)
def test_what_is_no_table_is_called_by_its_name(tmp_path, content, said):
    (tmp_path / "t.csv").write_bytes(content)
    assert said in told(men, tmp_path / "t.csv")


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("t.csv", b"a,b\n")
    content = bytearray(held.getvalue())
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = (3 * 2**30).to_bytes(4, "little")
    (tmp_path / "t.zip").write_bytes(content)
    assert "too large once it is unpacked" in told(men, tmp_path / "t.zip")
    far = dirty.sheet(HEAD, ("Anvil", dirty.cell("XFD1048576", 5)))
    assert "far apart" in told(men, dirty.workbook(tmp_path / "f.xlsx", {"S": far}))
    bad = {"S": "<!DOCTYPE a [<!ENTITY b 'c'>]>"}
    assert "declares entities" in told(men, dirty.workbook(tmp_path / "e.xlsx", bad))


# workbooks


def test_a_workbook_gives_whole_numbers_days_and_text(tmp_path):
    table = dirty.sheet(
        ("date", "place", "event"), (dirty.cell("A2", 41800, s="1"), "Anvil", "captured")
    )
    rows = read_captures(dirty.workbook(tmp_path / "c.xlsx", {"S": table}), finder()).rows
    assert str(rows["date"].iloc[0]) == "2014-06-10"
    number = dirty.sheet(("date", "place"), (41800, "Anvil"))
    message = told(read_captures, dirty.workbook(tmp_path / "n.xlsx", {"S": number}), finder())
    assert "n.xlsx line 2, date: '41800' is not a day" in message
    table = dirty.sheet(HEAD, ("Anvil", 12000), ("Birch", 8000.0), ("Cairn", "12.000"))
    path = dirty.workbook(tmp_path / "g.xlsx", {"S": table})
    assert men(path)[0][:2] == [("Anvil", "12000"), ("Birch", "8000")]
    assert "line 4, men: '12.000' can be 12 or 12000" in told(read_garrisons, path, finder())


def test_a_number_typed_into_a_workbook_is_never_one_of_thousands(tmp_path):
    table = dirty.sheet(("district", "population"), ("X0", 999.125))
    found = read_places(dirty.workbook(tmp_path / "p.xlsx", {"S": table}))
    assert list(found.districts["population"]) == [999.125]


def test_the_sheet_that_has_the_columns_is_read_and_the_others_are_told(tmp_path):
    good, other = dirty.sheet(HEAD, ("Anvil", 5)), dirty.sheet(("a", "b"), (1, 2))
    path = dirty.workbook(tmp_path / "g.xlsx", {"About": other, "Men": good})
    pairs, said = men(path)
    assert pairs == [("Anvil", "5")]
    assert "sheet 'Men' was read, as the only one that fits; not 'About'" in said
    path = dirty.workbook(tmp_path / "two.xlsx", {"One": good, "Two": good})
    message = told(men, path)
    assert "has 2 sheets that could be meant: 'One', 'Two'" in message
    assert "two.xlsx#One" in message
    assert men(tmp_path / "two.xlsx#Two")[0] == pairs
    assert "has no sheet 'Three'" in told(men, tmp_path / "two.xlsx#Three")
    path = dirty.workbook(tmp_path / "no.xlsx", {"One": other, "Two": other})
    assert "its sheets are 'One', 'Two'" in told(men, path)


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        ('<c r="B2"><f>B3+1</f></c>', "'(a formula that was not computed)' is no count"),
        ('<c r="B2"><f>B3+1</f><v></v></c>', "'(a formula that was not computed)' is no count"),
        ('<c r="B2" t="e"><v>#N/A</v></c>', "'#N/A' is no count"),
        ('<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "'#DIV/0!' is no count"),
        ('<c r="B2" t="b"><v>1</v></c>', "'TRUE' is no count"),
    ],
)
def test_a_cell_without_a_value_of_its_own_is_refused_where_it_is_needed(tmp_path, odd, said):
    path = dirty.workbook(tmp_path / "g.xlsx", {"S": dirty.sheet(HEAD, ("Anvil", odd))})
    assert f"g.xlsx line 2, men: {said}" in told(read_garrisons, path, finder())


def test_a_formula_that_was_computed_is_its_value(tmp_path):
    odd = '<c r="B2"><f>2+3</f><v>5</v></c>'
    path = dirty.workbook(tmp_path / "g.xlsx", {"S": dirty.sheet(HEAD, ("Anvil", odd))})
    assert men(path)[0] == [("Anvil", "5")]


def test_merged_cells_are_not_taken_for_empty_ones(tmp_path):
    table = dirty.sheet(
        ("district", "men", "branch"),
        ("Anvil", 5, "police"),
        ("Birch", 6),
        after='<mergeCells><mergeCell ref="C2:C3"/></mergeCells>',
    )
    path = dirty.workbook(tmp_path / "g.xlsx", {"S": table})
    assert "g.xlsx line 3, branch: '(merged with C2)'" in told(read_garrisons, path, finder())


def test_hidden_rows_and_columns_are_told(tmp_path):
    columns = '<cols><col min="2" max="2" hidden="1"/></cols>'
    table = dirty.sheet(HEAD, ("Anvil", 5), ("Birch", 6), before=columns)
    table = table.replace('<row r="3"', '<row r="3" hidden="1"')
    pairs, said = men(dirty.workbook(tmp_path / "g.xlsx", {"S": table}))
    assert len(pairs) == 2
    assert "1 row hidden there were read like the others: 3" in said
    assert "hidden columns were read" in said


def test_macros_and_damage_do_not_matter_or_are_told(tmp_path):
    sheets = {"S": dirty.sheet(HEAD, ("Anvil", 5))}
    path = dirty.workbook(tmp_path / "g.xlsm", sheets, **{"xl/vbaProject.bin": b"\xd0\xcf\x11"})
    assert men(path)[0] == [("Anvil", "5")]
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600)
    assert "cannot be read as a workbook" in told(men, tmp_path / "old.xls")
    path = dirty.workbook(tmp_path / "n.xlsx", {"S": "<sheetData/>"})
    assert "has no cells" in told(men, path)


OPEN = "urn:oasis:names:tc:opendocument:xmlns"


def calc(path, cells, row=""):
    """A workbook of LibreOffice with a header, and a row of which the cells are given."""
    text = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    head = "".join(text.format(name) for name in HEAD)
    names = "".join(f' xmlns:{n}="{OPEN}:{n}:1.0"' for n in ("office", "table", "text", "calcext"))
    body = f"<table:table-row>{head}</table:table-row>"
    body += f"<table:table-row{row}>{text.format('Anvil')}{cells}</table:table-row>"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    listed = f'<m:manifest xmlns:m="{OPEN}:manifest:1.0"><m:file-entry m:full-path="/" '
    parts = {
        "mimetype": kind,
        "META-INF/manifest.xml": f'{listed}m:media-type="{kind}"/></m:manifest>',
        "content.xml": f"<office:document-content{names}><office:body><office:spreadsheet>"
        f'<table:table table:name="S">{body}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>",
    }
    return dirty.packed(path, **{name: part.encode() for name, part in parts.items()})


NUMBER = '<table:table-cell office:value-type="float" office:value="5"/>'


def test_a_workbook_of_libreoffice_is_read_and_what_it_hides_is_told(tmp_path):
    assert men(calc(tmp_path / "a.ods", NUMBER)) == ([("Anvil", "5")], "")
    path = calc(tmp_path / "h.ods", NUMBER, ' table:visibility="filter"')
    assert "hidden were read like the others" in men(path)[1]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (NUMBER.replace("/>", ' table:number-rows-spanned="2"/>'), "has merged cells"),
        (NUMBER.replace("/>", ' table:number-columns-repeated="16000"/>'), "far apart"),
        ('<table:table-cell table:formula="of:=B3"/>', "formulas that were not computed"),
        (
            '<table:table-cell table:formula="of:=1/0" office:value-type="string"'
            ' calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>',
            "errors",
        ),
    ],
)
def test_what_a_cell_of_libreoffice_does_not_hold_is_refused(tmp_path, cells, said):
    assert said in told(men, calc(tmp_path / "o.ods", cells))
