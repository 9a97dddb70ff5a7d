"""Numbers as people write them: each is read by a stated rule, or both readings are told.

Where commas part the cells, 90,00 and 9,0000 are not read either: ninety, or thousands with a comma
out of its place. A count may have its thousands parted by spaces or apostrophes, or, from a million
on or before decimals, by points or commas. A point with three digits after it, as 12.000, is twelve
to some and twelve thousand to others: it is never read. Nor is 12,000, but where commas part the
cells of the file, for there a comma in a quoted number parts thousands. Degrees have no thousands.
"""

import re
import unicodedata

SPACES = dict.fromkeys([0xA0, 0x2002, 0x2003, *range(0x2005, 0x200B), 0x202F], " ")
APOSTROPHES = dict.fromkeys([0x2018, 0x2019, 0x2BC, 0x60, 0xB4], "'")
PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?", re.ASCII)
TWO_WAYS = re.compile(r"([+-]?[1-9]\d{0,2})[.,](\d{3})", re.ASCII)
SPACED = re.compile(r"[+-]?\d{1,3}([ '])\d{3}(?:\1\d{3})*(?:([.,])\d*)?", re.ASCII)
SIGNED = re.compile(r"[+-]?[1-9]\d{0,2}([.,])\d{3}(?:\1\d{3})*(?:(?!\1)[.,]\d+)?", re.ASCII)
INDIAN = re.compile(r"[+-]?[1-9]\d?(?:,\d\d)+,\d{3}(?:\.\d+)?", re.ASCII)
COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)
STRAY = re.compile(
    r"([+-]?(?:[1-9]\d{0,2}(?=,(?:0$|\d\d$|\d{4}))|[1-9]\d{3,}(?=,(?:0|\d\d)))),(\d+)", re.ASCII
)
"""A comma that parts no thousands, where another digit or one fewer would make it do so."""
ROUNDED = re.compile(r"[+-]?\d[.,]\d+E\+?\d+", re.ASCII)
DEGREES = re.compile(r"[+-]?(?:\d{1,3}(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d{1,3})?", re.ASCII)
LARGEST = 1e15


class Unclear(ValueError):
    """A cell that is no number, or may be two: what it is, and what to write."""

    def __init__(self, says: str, cure: str) -> None:
        super().__init__(says)
        self.says, self.cure = says, cure


def read_count(cell: str, parted: str = ",") -> float:
    """The number in a cell that counts something; raises Unclear.

    `parted` is the sign between the cells of its file.

    >>> read_count("12500"), read_count("12,500"), read_count("12 500"), read_count("1.234.567")
    (12500.0, 12500.0, 12500.0, 1234567.0)
    """
    text = cell.translate(SPACES).translate(APOSTROPHES).strip()
    _refuse_signs(text)
    two = TWO_WAYS.fullmatch(text)
    if two and not ("," in text and parted == ","):
        raise _two_ways(two)
    if parted == "," and (stray := STRAY.fullmatch(text)):
        raise _two_ways(stray)
    if not (text := _plain(text)) or abs(float(text)) >= LARGEST:
        raise Unclear("is no count", "write digits only")
    return float(text)


def whole_count(cell: str, parted: str = ",", least: int = 0) -> float:
    """A whole number of at least so many; raises Unclear."""
    value = read_count(cell, parted)
    if value < least or value % 1 > 0:
        raise Unclear("is no count", "check the cell")
    return value


def read_degrees(cell: str) -> float | None:
    """Degrees of latitude or longitude; None if the cell holds none. Their comma is a point.

    >>> read_degrees("34.500"), read_degrees("-10,15"), read_degrees("34.052.235")
    (34.5, -10.15, None)
    """
    text = cell.strip().replace("\u2212", "-")
    return float(text.replace(",", ".")) if DEGREES.fullmatch(text) else None


def two_readings(cell: str) -> Unclear | None:
    """What to say of a number that can be read in two ways, None of others.

    >>> two_readings("12.000").says, two_readings("0.125"), two_readings("90.5")
    ('can be 12 or 12000', None, None)
    """
    match = TWO_WAYS.fullmatch(cell) or STRAY.fullmatch(cell)
    return _two_ways(match) if match else None


def meant(cell: str) -> str:
    """What to write instead of a cell that a program of numbers cannot read, "" if unknown.

    >>> meant("12 000"), meant("١٢"), meant("many")
    ('12000', '12', '')
    """
    text = _in_ascii(cell.translate(SPACES).translate(APOSTROPHES).strip())
    plain = _plain(text) if not TWO_WAYS.fullmatch(text) else ""
    value = float(plain) if plain else 0.5
    return str(int(value)) if value == value // 1 and abs(value) < LARGEST else ""


def _two_ways(match: re.Match[str]) -> Unclear:
    head, tail = match.group(1, 2)
    small = head + (f".{tail}" if tail.strip("0") else "")
    large = f"{head}{tail}"
    return Unclear(f"can be {small} or {large}", f"write {small} or {large}, whichever is meant")


def _refuse_signs(text: str) -> None:
    """Refuse what could be read, but may mean something else."""
    if not text.isascii() and (other := _in_ascii(text)) != text and other.isascii():
        raise Unclear("is not in the digits 0 to 9", f"write {meant(other) or other}")
    if "%" in text:
        raise Unclear("is a percentage", "write the number itself, without %")
    if text.startswith("(") and text.endswith(")") and text[1:-1].strip().isdecimal():
        inner = text[1:-1].strip()
        raise Unclear(f"can be {inner} or minus {inner}", f"write {inner}, or take the cell out")
    if ROUNDED.fullmatch(text):
        says = "was rounded by a spreadsheet to show it"
        raise Unclear(says, "give the column the format of whole numbers, and save it again")


def _plain(text: str) -> str:
    """The same number as Python writes it, "" if it is none."""
    if PLAIN.fullmatch(text):
        return text
    if INDIAN.fullmatch(text):
        return text.replace(",", "")
    if match := SPACED.fullmatch(text):
        return text.replace(match[1], "").replace(",", ".")
    if match := SIGNED.fullmatch(text):
        return text.replace(match[1], "").replace(",", ".")
    return text.replace(",", ".") if COMMA.fullmatch(text) else ""


def _in_ascii(text: str) -> str:
    """The same text with the digits and signs of other scripts as those of ours."""
    signs = {"\u066b": ".", "\u066c": ",", "\u2212": "-", "\uff0c": ",", "\uff0e": "."}
    return "".join(
        str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else signs.get(c, c)
        for c in text
    )
