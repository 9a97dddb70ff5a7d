"""A scenario with the rows of all its tables in another order."""

import csv
import random
import re
import shutil
from pathlib import Path


def in_another_order(folder: Path, to: Path, seed: int = 1) -> Path:
    """A copy of a scenario's folder: rows of tables, trackers and mechanisms shuffled."""
    shutil.copytree(folder, to)
    dice = random.Random(seed)
    for path in sorted(to.rglob("*.csv")):
        head, *rows = read(path)
        kept = list(rows)
        dice.shuffle(rows)
        if len(rows) > 1 and rows == kept:
            rows.reverse()
        write(path, head, rows)
    settings = to / "scenario.toml"
    text = settings.read_text("utf-8")
    listed = re.search(r"mechanisms = \[(.*?)\]", text, re.DOTALL)
    if listed:
        names = re.findall(r'"\w+"', listed[1])
        text = text.replace(listed[0], f"mechanisms = [{', '.join(names[::-1])}]")
    start, *trackers = re.split(r"(?m)^(?=\[trackers\.)", text)
    last, tail = re.fullmatch(r"(\[trackers\..*?\n)((?:\n\[(?!trackers).*)?)", trackers[-1],
                              re.DOTALL).groups()  # fmt: skip
    trackers = [*trackers[:-1], last + "\n"][::-1]
    settings.write_text("".join([start, *trackers, tail]), "utf-8")
    return to


def read(path: Path) -> list[list[str]]:
    """The header and rows of a table."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def write(path: Path, head: list[str], rows: list[list[str]]) -> None:
    """Write a table."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])
