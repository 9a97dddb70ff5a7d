"""Columns, words and references that several tables have."""

from typing import Any

from holdfast.records.columns import Column, Reference, date, ids, key, text

SHARE: dict[str, Any] = {"minimum": 0, "maximum": 1}
UNKNOWN: dict[str, Any] = {"required": False}
LEVELS = "nation province district"
SOURCE = ids("source_id", "sources of the row; ids joined by ;")
NOTE = text("note", "what else the source says", **UNKNOWN)
CONFIDENCE = text("confidence", "how sure the row is", "high medium low")
KNOWN_ON = date("known_on", "day from which this was public; a forecast sees nothing later")
HELD = text("held_at_start", "in insurgent hands on the first day", "likely possible unlikely no")
OF_SOURCES = Reference("source_id", "sources", "source_id")
OF_DISTRICT = Reference("district_id", "districts", "district_id")


def district_id(name: str = "district_id", meaning: str = "id of the district") -> Column:
    """A column that names a district."""
    return key(name, meaning)
