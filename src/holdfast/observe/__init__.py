"""A trajectory as an observer could have counted it, in the shape of the record."""

from holdfast.observe.dataset import MEANINGS as MEANINGS
from holdfast.observe.dataset import n_yet_to_fall as n_yet_to_fall
from holdfast.observe.dataset import observe as observe
from holdfast.observe.hearsay import reported as reported
from holdfast.observe.record import as_counted as as_counted
from holdfast.observe.record import record_series as record_series
