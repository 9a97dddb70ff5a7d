"""Results to files: tables, figures and the static report."""

from holdfast.report.about import About as About
from holdfast.report.about import Fault as Fault
from holdfast.report.about import Record as Record
from holdfast.report.run_values import record_values as record_values
from holdfast.report.run_values import run_values as run_values
from holdfast.report.tables import summary_csv as summary_csv
from holdfast.report.text import summary_text as summary_text
