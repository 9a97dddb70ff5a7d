"""From the record to a posterior: likelihood, sampling, and checks of the inference itself."""

from holdfast.infer.likelihood import NODES as NODES
from holdfast.infer.likelihood import Dated as Dated
from holdfast.infer.likelihood import Resolve as Resolve
from holdfast.infer.likelihood import Told as Told
from holdfast.infer.likelihood import by_shared_resolve as by_shared_resolve
from holdfast.infer.likelihood import log_chance_of_counts as log_chance_of_counts
from holdfast.infer.sample import Draws as Draws
from holdfast.infer.sample import Sampler as Sampler
from holdfast.infer.transform import from_normal as from_normal
