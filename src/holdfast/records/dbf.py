"""The table of a Shapefile (.dbf): columns of text, in whatever encoding they are."""

import codecs
import re

import numpy as np

from holdfast.records.raw_map import MOST_ROWS, broken
from holdfast.records.said import About, Said
from holdfast.records.whole import refused

HEAD, FIELD = 32, 32  # bytes of the header, and of each field in it
MOST_FIELDS = 1000
NUMBERS = b"NF"
TEXTS = b"CNFDLM"  # what is kept as characters
LANGUAGE = 29  # where the header tells a code page
PAGES = {
    0x02: "cp850", 0x03: "cp1252", 0x13: "cp932", 0x4D: "cp936", 0x4E: "cp949", 0x4F: "cp950",
    0x57: "cp1252", 0x58: "cp1252", 0x59: "cp1252", 0x65: "cp866", 0x7D: "cp1255", 0x7E: "cp1256",
    0xC8: "cp1250", 0xC9: "cp1251", 0xCA: "cp1254", 0xCB: "cp1253", 0xCC: "cp1257",
}  # fmt: skip
Columns = dict[str, list[str]]


def read_dbf(
    content: bytes, file: str, cpg: str, told: str
) -> tuple[Columns, np.ndarray, tuple[Said, ...]]:
    """The columns; which rows are kept, [n] bool over all; and what is assumed of the encoding.

    `cpg` is what the .cpg says, "" if there is none; `told` is the encoding the user says. Rows
    that are marked as deleted are not kept. Raises ScenarioError.
    """
    count = int.from_bytes(content[4:8], "little")
    begin = int.from_bytes(content[8:10], "little")
    width = int.from_bytes(content[10:12], "little")
    fields = _fields(content[:begin], width, file)
    if count > MOST_ROWS:
        raise refused(file, "has too many rows", f"at most {MOST_ROWS:,}", "take one country")
    if width < 1 or begin + count * width > len(content):
        raise broken(file, "its .dbf ends early")
    rows = [content[begin + k * width : begin + (k + 1) * width] for k in range(count)]
    kept = np.array([row[:1] != b"*" for row in rows], bool)
    cells = {name: [row[at : at + size].rstrip(b"\x00 ") for row, keep in zip(
        rows, kept, strict=True) if keep] for name, _, at, size in fields}  # fmt: skip
    body = [cell for column in cells.values() for cell in column if not cell.isascii()]
    heads = [name for name in cells if not name.isascii()]
    encoding, said = _encoding([*heads, *body], content[LANGUAGE], file, cpg, told)
    columns = {}
    for name, kind, _, _ in fields:
        texts = [_text(cell, encoding, file) for cell in cells[name]]
        texts = [_number(text) for text in texts] if kind in NUMBERS else texts
        columns[_text(name, encoding, file).strip()] = texts
    return columns, kept, said


def _fields(head: bytes, width: int, file: str) -> list[tuple[bytes, int, int, int]]:
    """Name, kind, place in the row and size of each field of text or numbers."""
    found, at = [], 1
    for k in range(min((len(head) - HEAD) // FIELD, MOST_FIELDS)):
        field = head[HEAD + k * FIELD : HEAD + (k + 1) * FIELD]
        if field[0] in (0x0D, 0x00):
            break
        name, kind, size = field[:11].partition(b"\x00")[0].strip(), field[11], field[16]
        if kind in TEXTS:
            found.append((name, kind, at, size))
        at += size
    if at > width:
        raise broken(file, "the fields of its .dbf are longer than its rows")
    return found


def _encoding(
    texts: list[bytes], page: int, file: str, cpg: str, told: str
) -> tuple[str, tuple[Said, ...]]:
    """The encoding of texts: UTF-8 where they are, else as told, by .cpg, by the header's mark."""
    if told:
        _known(told, file)
    if not texts:
        return "ascii", ()
    named = told or _of_cpg(cpg)
    if all(_is(text, "utf-8") for text in texts):
        if named and codecs.lookup(named).name != "utf-8":
            says = f"{file}: names are UTF-8, and were read so, not as {named}"
            return "utf-8", (Said(About.MENDED, says),)
        if named:
            return "utf-8", ()
        return "utf-8", (_assumed(file, "utf-8"),)
    if named:
        return named, ()
    for encoding in filter(None, (PAGES.get(page), "cp1252")):
        if all(_is(text, encoding) for text in texts):
            return encoding, (_assumed(file, encoding),)
    cure = "say which it is: --encoding cp1256, for example"
    says = "has no .cpg, and its names are neither UTF-8 nor cp1252"
    raise refused(file, says, "text", cure)


def _assumed(file: str, encoding: str) -> Said:
    words = f"{file} has no .cpg and was read as {encoding}; if names look wrong, give --encoding"
    return Said(About.ASSUMED, words)


def _known(encoding: str, file: str) -> None:
    try:
        codecs.lookup(encoding)
    except LookupError:
        cure = "for example utf-8, cp1252, cp1256, iso-8859-6"
        raise refused(file, f"no encoding is called {encoding!r}", "its name", cure) from None


def _of_cpg(cpg: str) -> str:
    """The encoding that a .cpg means, "" if it is not known: 1252, ANSI 1252, ISO 88591, UTF-8."""
    plain = re.sub(r"^(ansi|oem|windows|cp|ldid/?)[ _-]*", "", cpg.casefold())
    plain = re.sub(r"^(iso)?[ _-]*8859[ _-]*(\d+)$", r"iso8859-\2", plain)
    plain = "utf-8" if plain == "65001" else f"cp{plain}" if plain.isdecimal() else plain
    try:
        codecs.lookup(plain)
    except LookupError:
        return ""
    return plain


def _is(text: bytes, encoding: str) -> bool:
    try:
        _whole(text, encoding).decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _whole(text: bytes, encoding: str) -> bytes:
    """The text without the part of a letter at its end: a field's end can cut UTF-8 in two."""
    if codecs.lookup(encoding).name != "utf-8":
        return text
    for cut in range(1, min(4, len(text)) + 1):
        byte = text[-cut]
        if byte >= 0xC0:
            long = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return text[:-cut] if cut < long else text
        if byte < 0x80:
            break
    return text


def _text(cell: bytes, encoding: str, file: str) -> str:
    try:
        return _whole(cell, encoding).decode(encoding)
    except (UnicodeDecodeError, LookupError):
        cure = "say which encoding it has: --encoding cp1256, for example"
        raise refused(file, f"has names that are not {encoding}", "text", cure) from None


def _number(text: str) -> str:
    """A number without needless noughts; "" for the stars of a number that did not fit."""
    plain = text.strip()
    if plain.startswith("*"):
        return ""
    try:
        return f"{float(plain):.15g}" if "." in plain else plain
    except ValueError:
        return plain
