"""What a file is by its first bytes; a zip or gzip with one table in it is unpacked."""

import io
import zipfile
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath

from holdfast.records.said import About, Said, some
from holdfast.records.whole import refused

MOST = 2**30  # bytes that a packed table may have
TABLES = (".csv", ".tsv", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
OTHERWISE = (".txt", ".tab", ".dat")  # tables, if there is none of the above
ZIP, GZIP, OLE = b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FOREIGN = {
    b"PK\x05\x06": ("an empty zip", "fetch it again"),
    b"7z\xbc\xaf": ("packed by 7-Zip", "unpack it and name the table in it"),
    b"Rar!": ("packed by RAR", "unpack it and name the table in it"),
    b"BZh": ("packed by bzip2", "unpack it and name the table in it"),
    b"\xfd7zXZ": ("packed by xz", "unpack it and name the table in it"),
    b"\x28\xb5\x2f\xfd": ("packed by Zstandard", "unpack it and name the table in it"),
    b"%PDF": ("a PDF", "take the table from where it was published as CSV"),
    b"PAR1": ("a Parquet file", "save it as CSV"),
    b"SQLite format 3": ("a database (or a GeoPackage)", "save the table as CSV"),
    b"{\\rtf": ("a text document", "save its table as CSV"),
    b"<stata_dta": ("a file of Stata", "save it as CSV"),
    b"\x89HDF": ("an HDF file", "save it as CSV"),
    b"\x89PNG": ("a picture", "name the table"),
    b"\xff\xd8\xff": ("a picture", "name the table"),
    b"RDX": ("a file of R", "save it as CSV with write.csv"),
    b"X\n\x00": ("a file of R", "save it as CSV with write.csv"),
}


def unpacked(content: bytes, file: str, parts: list[str]) -> tuple[bytes, str, tuple[Said, ...]]:
    """A table's bytes, what to call it, and what was said on the way; raises ScenarioError.

    The first of `parts` names the file wanted in a zip of several, and is taken off.
    """
    said: tuple[Said, ...] = ()
    if content.startswith(GZIP):
        content = _gunzipped(content, file)
        said = (Said(About.READ, f"{file} was unpacked"),)
    elif content.startswith(ZIP) and not is_workbook(content):
        inner, content = _only(content, file, parts)
        said = (Said(About.READ, f"{file}: {inner} in it was read"),)
        file = f"{file}#{inner}"
    _refuse_foreign(content, file)
    return content, file, said


def is_workbook(content: bytes) -> bool:
    """Whether a zip is a workbook of Excel or of LibreOffice; the old .xls is no zip."""
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    return (
        "xl/workbook.xml" in names
        or "xl/workbook.bin" in names
        or ("content.xml" in names and "mimetype" in names)
    )


def members(
    content: bytes, file: str, wanted: Callable[[str], bool], most: int
) -> dict[str, bytes]:
    """The files of a zip that are wanted, by name, of bounded size together."""
    found = {}
    left = most
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for info in archive.infolist():
                if info.is_dir() or not wanted(info.filename):
                    continue
                if info.flag_bits & 1:
                    raise refused(
                        file,
                        "is locked with a password",
                        "a file without one",
                        "unpack it yourself, and name the table in it",
                    )
                left -= info.file_size
                if left < 0:
                    raise refused(
                        file,
                        "is too large once it is unpacked",
                        f"up to {most >> 20} MiB",
                        "cut it, or save it as CSV",
                    )
                found[info.filename] = archive.read(info)
    except NotImplementedError:
        cure = "unpack it and name the table in it"
        raise refused(file, "is packed in a way that is not known", "a zip", cure) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
        raise refused(file, f"is a damaged zip ({error})", "a zip", "fetch it again") from None
    return found


def _only(content: bytes, file: str, parts: list[str]) -> tuple[str, bytes]:
    """The one table of a zip, with its name."""
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise refused(file, f"is a damaged zip ({error})", "a zip", "fetch it again") from None
    plain = [
        n
        for n in names
        if not n.endswith("/")
        and "__MACOSX" not in n
        and not PurePosixPath(n).name.startswith((".", "~$"))
    ]
    tables = [n for n in plain if n.lower().endswith(TABLES)]
    tables = tables or [n for n in plain if n.lower().endswith(OTHERWISE)]
    if parts:
        wanted = parts.pop(0)
        tables = [n for n in plain if wanted in (n, PurePosixPath(n).name)]
        if len(tables) != 1:
            raise refused(
                f"{file}#{wanted}",
                "is not in the zip",
                some(plain, 10) or "nothing",
                "name one of these after the #",
            )
    if not tables:
        there = some(plain, 10) or "nothing"
        raise refused(
            file,
            f"is a zip without a table: it holds {there}",
            "one table in a zip",
            "name the table itself",
        )
    if len(tables) > 1:
        says = f"is a zip of {len(tables)} tables: {some(tables, 10)}"
        raise refused(file, says, "one table in a zip", f"say which, as {file}#{tables[0]}")
    found = members(content, file, tables.__contains__, MOST)[tables[0]]
    if not found.strip():
        raise refused(f"{file}#{tables[0]}", "is empty", "a header and rows", "check the file")
    if found.startswith(ZIP) and not is_workbook(found):
        raise refused(file, "is a zip in a zip", "one table in a zip", "unpack it")
    return tables[0], found


def _gunzipped(content: bytes, file: str) -> bytes:
    machine, found = zlib.decompressobj(31), b""
    try:
        found = machine.decompress(content, MOST + 1)
    except zlib.error as error:
        raise refused(file, f"is damaged ({error})", "a gzip", "fetch it again") from None
    if len(found) > MOST:
        raise refused(file, "is too large once it is unpacked", f"up to {MOST >> 20} MiB", "cut it")
    if not machine.eof or machine.unused_data.strip(b"\x00"):
        raise refused(file, "is cut short, or packed in parts", "a gzip", "unpack it yourself")
    if not found.strip():
        raise refused(file, "is empty once it is unpacked", "a table", "check the file")
    return found


def _refuse_foreign(content: bytes, file: str) -> None:
    """Refuse what is no table, by its name."""
    for mark, (what, cure) in FOREIGN.items():
        if content.startswith(mark):
            raise refused(file, f"is {what}", "a table: CSV or an Excel workbook", cure)
    head = content[:400].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith(b"<"):
        page = b"html" in head or b"<table" in head
        what = "a web page, not a table: perhaps one that asks you to log in" if page else "XML"
        raise refused(file, f"is {what}", "a table: CSV or an Excel workbook", "fetch it again")
    if head.startswith((b"{", b"[")):
        raise refused(file, "is JSON", "a table: CSV or an Excel workbook", "save it as CSV")
