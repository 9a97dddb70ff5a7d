"""A file of events to the reader of whoever published it."""

from pathlib import Path

from holdfast.records.acled import is_acled, is_monthly, read_acled
from holdfast.records.events import Events, Window
from holdfast.records.opened import opened
from holdfast.records.ucdp import is_bare, is_ged, read_ged
from holdfast.records.whole import refused


def read_events(path: Path, window: Window) -> Events:
    """Read the events of a publisher known by his columns; raises ScenarioError."""
    sheets = opened(path, window.encoding)
    if ged := [sheet for sheet in sheets if is_ged(sheet)]:
        return read_ged(ged, window)
    if acled := [sheet for sheet in sheets if is_acled(sheet)]:
        return read_acled(acled, window)
    file, wanted = path.name, "UCDP GED or ACLED, as CSV or as an Excel workbook"
    if any(is_monthly(sheet) for sheet in sheets):
        cure = "download single events from ACLED itself"
        raise refused(file, "holds sums by month, not events", wanted, cure, 1)
    if any(is_bare(sheet) for sheet in sheets):
        says = "looks like UCDP GED, but has no row of column names"
        cure = "copy the first line of another edition of UCDP GED above the rows"
        raise refused(file, says, wanted, cure, 1)
    cure = "download UCDP GED or ACLED as CSV, and give the file as it is"
    raise refused(file, "is of no known publisher", wanted, cure, 1)
