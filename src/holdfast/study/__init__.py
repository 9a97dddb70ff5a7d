"""The only room that introduces the others: simulate, ask why, ask what if."""

from holdfast.records.problems import ScenarioError as ScenarioError
from holdfast.study.errors import CallError as CallError
from holdfast.study.scenario import Scenario as Scenario
from holdfast.study.scenario import load as load
from holdfast.study.simulate import Request as Request
from holdfast.study.simulate import Run as Run
from holdfast.study.simulate import simulate as simulate
from holdfast.study.what_if import what_if as what_if
