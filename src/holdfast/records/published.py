"""A file of events to the reader of whoever published it."""

from pathlib import Path

from holdfast.records.acled import read_acled
from holdfast.records.events import Events, Window
from holdfast.records.outside import decoded, read_whole, refused
from holdfast.records.ucdp import read_ged


def read_events(path: Path, window: Window) -> Events:
    """Read the events of a publisher known by his columns; raises ScenarioError."""
    head = decoded(read_whole(path)[:20_000], path.name, "cp1252")[0].partition("\n")[0].lower()
    if "type_of_violence" in head:
        return read_ged(path, window)
    if "sub_event_type" in head or "event_id_cnty" in head:
        return read_acled(path, window)
    cure = "download UCDP GED or ACLED as CSV, and give the file as it is"
    raise refused(path.name, "is of no known publisher", "UCDP GED or ACLED, as CSV", cure, 1)
