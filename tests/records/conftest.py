"""A copy of the ring that a test may spoil, and the pens to spoil it with."""

import csv
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from holdfast.records.read import find_scenario


@dataclass(frozen=True)
class Copy:
    """A scenario folder that may be changed."""

    folder: Path

    def rows(self, file: str) -> list[list[str]]:
        with (self.folder / file).open(newline="", encoding="utf-8") as handle:
            return list(csv.reader(handle))

    def write(self, file: str, rows: list[list[str]]) -> None:
        with (self.folder / file).open("w", newline="", encoding="utf-8") as handle:
            csv.writer(handle, lineterminator="\n").writerows(rows)

    def change(self, file: str, where: Callable[[dict[str, str]], bool], **cells: str) -> int:
        """Overwrite cells in the first row that fits; returns its line."""
        header, *body = self.rows(file)
        for number, row in enumerate(body):
            if where(dict(zip(header, row, strict=True))):
                for column, cell in cells.items():
                    row[header.index(column)] = cell
                self.write(file, [header, *body])
                return number + 2
        raise AssertionError("no row fits")

    def drop(self, file: str, where: Callable[[dict[str, str]], bool]) -> None:
        header, *body = self.rows(file)
        kept = [row for row in body if not where(dict(zip(header, row, strict=True)))]
        assert len(kept) < len(body)
        self.write(file, [header, *kept])

    def repeat(self, file: str, line: int) -> int:
        """Write a line of the file once more at its end; returns the new line."""
        rows = self.rows(file)
        self.write(file, [*rows, rows[line - 1]])
        return len(rows) + 1

    def replace(self, file: str, old: str, new: str) -> None:
        text = (self.folder / file).read_text(encoding="utf-8")
        assert old in text
        (self.folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def ring(tmp_path: Path) -> Copy:
    return Copy(Path(shutil.copytree(find_scenario("ring"), tmp_path / "ring")))
