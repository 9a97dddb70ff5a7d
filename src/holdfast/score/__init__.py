"""From forecast and outcome to numbers, and the simple forecasters that are to be beaten."""

from holdfast.score.baselines import BASELINES as BASELINES
from holdfast.score.reliability import reliability as reliability
from holdfast.score.table import differences as differences
from holdfast.score.table import score_forecasts as score_forecasts
from holdfast.score.types import Forecast as Forecast
from holdfast.score.types import Known as Known
from holdfast.score.types import Outcome as Outcome
