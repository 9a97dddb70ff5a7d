"""Shares of explanations in what the model does, what they are confused with, and verdicts."""

from holdfast.explain.confusion import confusion as confusion
from holdfast.explain.confusion import confusion_table as confusion_table
from holdfast.explain.groups import Group as Group
from holdfast.explain.groups import merge as merge
from holdfast.explain.matched import Outcome as Outcome
from holdfast.explain.matched import jeffreys as jeffreys
from holdfast.explain.matched import necessity_and_sufficiency as necessity_and_sufficiency
from holdfast.explain.shapley import bands as bands
from holdfast.explain.shapley import shapley as shapley
from holdfast.explain.verdict import RULES as RULES
from holdfast.explain.verdict import Band as Band
from holdfast.explain.verdict import Explanation as Explanation
from holdfast.explain.verdict import Observation as Observation
from holdfast.explain.verdict import Stance as Stance
from holdfast.explain.verdict import Voice as Voice
from holdfast.explain.verdict import verdict as verdict
