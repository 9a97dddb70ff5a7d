"""From the record to a posterior: likelihood, sampling, and checks of the inference itself."""

from holdfast.infer.likelihood import Dated as Dated
from holdfast.infer.likelihood import Told as Told
from holdfast.infer.likelihood import log_chance_of_counts as log_chance_of_counts
from holdfast.infer.likelihood import log_chance_of_dates as log_chance_of_dates
from holdfast.infer.sample import Draws as Draws
from holdfast.infer.sample import Sampler as Sampler
from holdfast.infer.transform import from_normal as from_normal
