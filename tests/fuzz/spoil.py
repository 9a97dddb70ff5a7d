"""Ways to spoil a file that a person or a power cut could find, and some that nobody would.

Hypothesis draws the seed of the dice and the dice spoil the file: hardly two inputs are alike, and
a thousand of them cost less than one reading. What a failure prints is the input itself.
"""

import csv
import io
import json
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import strategies as st

WORDS = (
    "", " ", "x", "0", "1", "-1", "1.5", "1e3", "-0", "+7", "007", "1_000", "1,000", "0x10",
    "1e400", "1e308", "-1e308", "1e-320", "9" * 15, "9" * 16, "9" * 400, "nan", "NaN", "inf",
    "-Infinity", "NULL", "NA", "true", "١٢", "Ⅻ", "½", "2001-01-05", "2001-02-29", "2001-13-01",
    "0001-01-01", "9999-12-31", "1799-12-31", "2200-01-01", "05/01/2001", "2001-01-05T00:00",
    "20010105", "2001-W01-1", "2001-01", "2001-00", "R01", "R02", "R99", "r01", "R01;R02",
    "R01;", ";", ";;", "R01;R01", "made-up", "MADE-UP", "Anvil", "Eastring", "nation",
    "district", "province", "کابل", "\u202eR01", "R01\u200b", "\ufeff", "e\u0301", "\U0001f480",
    "\u00a0", "a\nb", "a\rb", "a\tb", "\x1b[31m", "\u2028", '"', '""', "'", '"a', 'a"b', ",",
    "=1+1", "<script>", "../../x", "%s%n", "x" * 9_999, "y" * 10_001, "ground.holders",
    "fear.strength", "R01-" * 30, "http://", "https://a b", "likely", "captured", "police",
    "base", "normal", "beta", "loguniform", "fixed", "ally_presence", "ceasefire", "claims",
    "high", "low",
)  # fmt: skip
"""Cells that have been trouble to readers somewhere."""

NUMBERS = st.one_of(
    st.integers(-2, 60).map(str),
    st.floats(-2, 2, width=16).map(str),
    st.integers(-(10**18), 10**18).map(str),
    st.floats(allow_nan=True).map(repr),
)
DATES = st.dates().map(str)
CELLS = st.one_of(
    st.sampled_from(WORDS), st.sampled_from(WORDS), NUMBERS, DATES, st.text(max_size=6)
)
NOISE = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"\n", b"\r", b",", b"\xed\xa0\x80",
    b"\r\n\r\n", b"[" * 3000, b"{" * 3000, b'"' * 101,
)  # fmt: skip
LETTERS = (0x20, 0x7F), (0x80, 0x600), (0x600, 0x700), (0x2000, 0x2070), (0x10000, 0x11000)


def spoiled_by(how: Callable[[Random], Any]) -> st.SearchStrategy:
    """What dice make of something sound."""
    return st.integers(0, 2**64 - 1).map(lambda seed: how(Random(seed)))


def cell(dice: Random) -> str:
    """A cell: half the time one that has been trouble before."""
    how = dice.randrange(10)
    if how < 5:
        return dice.choice(WORDS)
    if how == 5:
        return str(dice.randint(-2, 60))
    if how == 6:
        return repr(dice.choice([1, -1]) * 10 ** dice.uniform(-20, 20))
    if how == 7:
        year = dice.choice([2001, dice.randrange(10_000)])
        return f"{year:04}-{dice.randrange(14):02}-{dice.randrange(33):02}"
    if how == 8:
        return f"{dice.uniform(-2, 2):.{dice.randrange(4)}f}"
    return "".join(chr(dice.randrange(*dice.choice(LETTERS))) for _ in range(dice.randrange(7)))


def noise(dice: Random) -> bytes:
    """A few bytes."""
    return dice.choice(NOISE) if dice.randrange(2) else dice.randbytes(dice.randrange(9))


def rows_of(content: bytes) -> list[list[str]]:
    """Rows of a file that is sound."""
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def as_csv(
    rows: Sequence[Sequence[str]], end: str = "\n", quoting: int = csv.QUOTE_MINIMAL
) -> bytes:
    """Rows as a file."""
    made = io.StringIO(newline="")
    csv.writer(made, lineterminator=end, quoting=quoting).writerows(rows)
    return made.getvalue().encode("utf-8", "surrogatepass")


def _on_cell(rows: list[list[str]], what: str, a: int, b: int, word: str) -> None:
    row = rows[a % len(rows)]
    if row:
        at = b % len(row)
        other = rows[b % len(rows)]
        if what == "set" or (what == "in place" and a % len(rows)):  # of the body, not the header
            row[at] = word
        elif what == "drop":
            del row[at]
        elif what == "twice":
            row.insert(at, row[at])
        elif what == "from above" and len(other) > at:
            row[at] = other[at]
        elif what == "swap":
            row[at], row[0] = row[0], row[at]
        elif what == "wrap":
            row[at] = f" {row[at]} " if a % 2 else f"{row[at]}{word[:3]}"


def _on_row(rows: list[list[str]], what: str, a: int, b: int, word: str) -> None:
    at, to = a % len(rows), b % len(rows)
    if what == "drop row":
        del rows[at]
    elif what == "row twice":
        rows.insert(to, list(rows[at]))
    elif what == "swap rows":
        rows[at], rows[to] = rows[to], rows[at]
    elif what == "blank row":
        rows.insert(at, [])
    elif what == "header only":
        del rows[1:]
    elif what == "long row":
        rows[at] = rows[at] * (2 + b % 40)


def _on_column(rows: list[list[str]], what: str, a: int, b: int, word: str) -> None:
    width = max(map(len, rows))
    order = list(range(width))
    if what == "drop column" and width:
        del order[a % width]
    elif what == "column twice" and width:
        order.insert(b % width, a % width)
    elif what == "swap columns" and width:
        order[a % width], order[b % width] = order[b % width], order[a % width]
    rows[:] = [[row[k] for k in order if k < len(row)] for row in rows]


_CELL = ("set", "in place", "drop", "twice", "from above", "swap", "wrap")
_ROW = ("drop row", "row twice", "swap rows", "blank row", "header only", "long row")
_COLUMN = ("drop column", "column twice", "swap columns")
CHANGES = (*_CELL, *["in place", "from above"] * 4, *_ROW, *_COLUMN)


def change_rows(rows: list[list[str]], what: str, a: int, b: int, word: str) -> None:
    """Spoil a table in place."""
    if not rows:
        rows.append([word])
    (_on_cell if what in _CELL else _on_row if what in _ROW else _on_column)(rows, what, a, b, word)


def bytes_like(content: bytes, dice: Random) -> bytes:
    """A file spoiled without regard to what it means."""
    low, high = sorted(dice.randrange(len(content) + 1) for _ in range(2))
    more, how = noise(dice), dice.randrange(11)
    if how == 0:
        return content[:low] if low % 9 else b""
    if how == 1:
        return content[low:high]
    if how < 5:
        return content[:low] + more + content[low:]
    if how == 5:
        return content[:low] + more + content[low + len(more) :]
    if how == 6:
        return content[:low] + content[high:]
    if how == 7:
        end = dice.choice([b"\r\n", b"\r", b"\n\n", b"\x0b"])
        return content[:low] + content[low:].replace(b"\n", end)
    if how == 8:
        return b"\xef\xbb\xbf" * (1 + low % 2) + content[:high]
    if how == 9:
        code = dice.choice(["utf-16", "utf-32", "utf-16-le"])
        return content[:high].decode(errors="replace").encode(code)
    return more * (1 + low % 50)


def tables_like(content: bytes, dice: Random) -> bytes:
    """A table spoiled in one to three places, as a person would; or as bytes, one time in eight."""
    if dice.randrange(8) == 0:
        return bytes_like(content, dice)
    rows = rows_of(content)
    for _ in range(dice.randint(1, 3)):
        where = dice.randrange(10**6), dice.randrange(10**6)
        change_rows(rows, dice.choice(CHANGES), *where, cell(dice))
    end = dice.choice(["\n", "\n", "\n", "\r\n", "\r"])
    quoting = dice.choice([csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    return as_csv(rows, end, quoting)


SHAPES = (
    [], {}, [[]], [[[]]], [None], {"": {}}, [1, 2], [[0, 0], [1, 1]], 181, -91.5, None, True,
    False, float("nan"), float("inf"), 10**30, -(10**400), 1e308, 5e-324, 3.0, -0.0,
)  # fmt: skip


def _value(dice: Random) -> Any:
    how = dice.randrange(4)
    if how == 0:
        return deepcopy(dice.choice(SHAPES))
    return cell(dice) if how == 1 else dice.randint(-3, 40) if how == 2 else dice.uniform(-200, 200)


def _somewhere(tree: Any, dice: Random) -> list:
    """A way down into a tree, as deep as it happens to go."""
    way: list = []
    while isinstance(tree, dict | list) and tree and (not way or dice.randrange(5)):
        key = dice.choice(list(tree) if isinstance(tree, dict) else range(len(tree)))
        tree = tree[key]
        way.append(key)
    return way


def json_like(content: bytes, dice: Random) -> bytes:
    """JSON spoiled in one or two places of its tree; or as bytes, one time in eight."""
    if dice.randrange(8) == 0:
        return bytes_like(content, dice)
    tree = json.loads(content)
    for _ in range(dice.randint(1, 2)):
        tree = _changed(tree, dice)
    return json.dumps(tree, ensure_ascii=dice.random() < 0.5).encode("utf-8", "surrogatepass")


def _changed(tree: Any, dice: Random) -> Any:
    *way, last = _somewhere(tree, dice) or (None,)
    value, how = _value(dice), dice.randrange(6)
    if last is None or dice.randrange(40) == 0:
        return value if how < 2 else {"": tree} if how < 4 else [tree, deepcopy(tree)]
    holder = tree
    for key in way:
        holder = holder[key]
    if how < 3:
        holder[last] = value
    elif how == 3:
        del holder[last]
    elif isinstance(holder, list):
        holder.insert(last, deepcopy(holder[last]) if how == 4 else value)
    else:
        holder[str(value)] = deepcopy(holder[last]) if how == 4 else value
    return tree


LINES = (
    "x = 1", "name = 1", "= 2", "[", "[posts]", "[trackers]", "[[trackers]]", "[trackers.a.b]",
    "a.b.c = 1", "start = 2001-01-01T00:00:00", "end = '2001'", "dt = nan", "dt = 1e-3",
    "dt = true", "islands = [[1]]", "islands = ['R03']", "mechanisms = 'fear'",
    "mechanisms = []", "mechanisms = ['fear', 'fear']", "company = 0",
    "company = 99999999999999999999", "total = -1", "origins = [2001-01-15, 1]",
    "calibration = { from = 2001-01-01 }",
    "calibration = { from = 2001-02-01, to = 2001-01-01 }", 'title = """', "a = " + "[" * 2000,
    "lag_days = inf", "threshold = 2", "units = []", "units = 'capitals'", "counts = {}",
    "counts = 'centre'", "national_capital = 'R99'", "national_capital = ''", "name = '\u202e'",
    "name = '../..'", "name = ''", "source_id = 'x;y'", "default_parameters = '/dev/zero'",
    "default_parameters = 'other.csv'", "summary = '\\u0000'", "start = 0001-01-01",
    "end = 9999-12-31",
)  # fmt: skip


def settings_like(content: bytes, dice: Random) -> bytes:
    """TOML spoiled line by line; or as bytes, one time in eight."""
    if dice.randrange(8) == 0:
        return bytes_like(content, dice)
    lines = content.decode().splitlines()
    for _ in range(dice.randint(1, 3)):
        at, to, how = dice.randrange(len(lines)), dice.randrange(len(lines)), dice.randrange(8)
        key = lines[at].partition("=")[0]
        if how == 0 and len(lines) > 1:
            del lines[at]
        elif how == 1:
            lines.insert(to, lines[at])
        elif how == 2:
            lines[at], lines[to] = lines[to], lines[at]
        elif how == 3:
            lines[at] = dice.choice(LINES)
        elif how == 4:
            lines.insert(at, dice.choice(LINES))
        elif how == 5:
            lines[at] = f"{key}= {cell(dice)}"
        elif how == 6:
            lines[at] = f"{key}= {json.dumps(cell(dice))}"
        else:
            lines[at] = f"{key}= {dice.randint(0, 99)}"
    return "\n".join(lines).encode("utf-8", "surrogatepass")


@contextmanager
def holding(path: Path, content: bytes):
    """A file with another content for a while."""
    before = path.read_bytes() if path.exists() else None
    path.write_bytes(content)
    try:
        yield
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)
