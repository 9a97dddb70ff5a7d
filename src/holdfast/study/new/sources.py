"""The sources of a new scenario: every number that is written names one of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

import pandas as pd

from holdfast.records.names import as_id, cleaned, is_key

URL = re.compile(r"https?://\S+")
ASSUMED = "assumed"
"""The source of what was assumed in making the scenario: a rule that README.md states."""


class Sources:
    """Collects sources, each once."""

    def __init__(self) -> None:
        self._rows: dict[str, tuple[str, str, str, str]] = {}
        self._of_text: dict[str, str] = {}
        note = "no source: a rule or a guess that README.md states; put your own in its place"
        self.add(ASSUMED, "Assumed by `holdfast new` when it made this scenario", "derived", note)

    def add(self, key: str, title: str, kind: str, note: str = "", address: str = "") -> str:
        """Add a source under an id and return the id; a second of the same id is the same."""
        self._rows.setdefault(key, (title, address, kind, note))
        return key

    def of_file(self, file: str, what: str) -> str:
        """The source that a file itself is, where it names none."""
        return self.add(
            as_id(file.lower(), "given"), f"{what}, as given in {file}", "derived",
            "who made the file has to say where its numbers come from",
        )  # fmt: skip

    def of_texts(self, texts: Iterable[str], own: str) -> dict[str, str]:
        """The ids of what rows call their sources; of those that call none, the file's `own`.

        Several are parted by semicolons. An address stands for itself.
        """
        found = {"": own}
        for text in texts:
            if text and text not in found:
                parts = [cleaned(part) for part in text.split(";")]
                ids = [self._of(part) for part in parts if part]
                found[text] = ";".join(dict.fromkeys(ids)) or own
        return found

    def _of(self, text: str) -> str:
        if text not in self._of_text:
            address = match[0] if (match := URL.search(text)) else ""
            title = text.replace(address, "").strip(" ,:()") or address
            key = text if is_key(text) else ""
            key = key or f"source-{len(self._of_text) + 1}"
            note = "as named by a row of a file that was given; not checked"
            self._of_text[text] = self.add(key, title, "press", note, address)
        return self._of_text[text]

    def table(self) -> pd.DataFrame:
        """`sources.csv`."""
        rows = [(key, title, address, kind, "", note)
                for key, (title, address, kind, note) in self._rows.items()]  # fmt: skip
        columns = ["source_id", "title", "address", "kind", "published", "note"]
        return pd.DataFrame(rows, columns=columns)


def shown(day: date) -> str:
    """A day as people read it.

    >>> shown(date(2014, 6, 10))
    '10 June 2014'
    """
    return f"{day.day} {day:%B %Y}"
