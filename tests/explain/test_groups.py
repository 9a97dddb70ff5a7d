"""Explanations that are confused are one group, and each is in one group only."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.explain import Group, merge

NAMES = ["pledge", "fear", "councils", "contagion", "attrition"]


def table(confused: dict[tuple[str, str], float]) -> pd.DataFrame:
    found = pd.DataFrame(np.eye(5), NAMES, NAMES)
    for (true, credited), credit in confused.items():
        found.loc[true, credited] = credit
    return found


def merged(confused, **options) -> list[tuple[str, ...]]:
    return [group.mechanisms for group in merge(table(confused), **options)]


def test_explanations_that_are_never_confused_stay_apart_and_in_order():
    assert merged({}) == [(name,) for name in NAMES]


def test_confusion_in_one_direction_is_enough():
    there, back = merged({("fear", "contagion"): 0.21}), merged({("contagion", "fear"): 0.21})
    assert there == back == [("pledge",), ("fear", "contagion"), ("councils",), ("attrition",)]


def test_confusion_passes_on_from_one_to_the_next():
    chain = {("contagion", "pledge"): 0.3, ("contagion", "attrition"): 0.3}
    assert merged(chain) == [("pledge", "contagion", "attrition"), ("fear",), ("councils",)]


def test_confusion_at_the_threshold_does_not_merge():
    assert len(merged({("pledge", "fear"): 0.2})) == 5
    assert len(merged({("pledge", "fear"): 0.2}, above=0.19)) == 4


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.floats(0, 1))))
def test_every_explanation_is_in_exactly_one_group(links):
    groups = merged({(a, b): credit for a, b, credit in links})
    assert sorted(name for group in groups for name in group) == sorted(NAMES)
    home = {name: group for group in groups for name in group}
    assert all(
        home[a] == home[b] for (a, b), c in {(a, b): c for a, b, c in links}.items() if c > 0.2
    )
    assert [group[0] for group in groups] == sorted([g[0] for g in groups], key=NAMES.index)


def test_a_group_is_named_after_its_members():
    assert merge(table({("fear", "councils"): 1}))[1] == Group(
        "fear + councils", ("fear", "councils")
    )


def test_a_table_that_cannot_be_read_is_refused():
    with pytest.raises(ValueError, match="same names"):
        merge(table({}).iloc[:, ::-1])
    with pytest.raises(ValueError, match="finite"):
        merge(table({("fear", "pledge"): np.nan}))
