"""What every mechanism owes, whoever wrote it: each file in the folder, present and future."""

import inspect

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


def test_it_says_what_it_claims_and_what_would_prove_it_wrong(mechanism, contract):
    contract.claim_is_complete(mechanism)


def test_it_carries_the_claims_that_the_table_gives_it(mechanism, contract):
    contract.claim_agrees_with_the_table(mechanism)


def test_it_reads_the_facts_it_declares_and_no_others(mechanism, contract):
    contract.reads_what_it_declares(mechanism)


def test_what_it_says_depends_on_every_fact_and_parameter_it_names(mechanism, contract):
    contract.heeds_all_it_names(mechanism)


def test_it_hears_by_the_ties_that_the_page_of_the_model_names(mechanism, contract):
    contract.hears_by_the_ties_on_the_page(mechanism)


def test_it_looks_at_nothing_private(mechanism, contract):
    contract.looks_at_nothing_private(inspect.getsource(inspect.getmodule(mechanism.press)))


CORNERS = st.sampled_from(["mixed", "mixed", "low", "high"])


@settings(max_examples=30, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_it_presses_and_remembers_what_it_declares_in_any_scene(mechanism, contract, data):
    share = st.floats(0.001, 0.999)
    contract.answers_within_bounds(
        mechanism,
        shares=data.draw(st.fixed_dictionaries(dict.fromkeys(mechanism.claim.parameters, share))),
        kinds=data.draw(st.fixed_dictionaries(dict.fromkeys(mechanism.claim.reads, CORNERS))),
        of_memory=data.draw(CORNERS),
        dt=data.draw(st.sampled_from([1.0, 0.5, 0.05])),
        seed=data.draw(st.integers(0, 2**32 - 1)),
    )


def test_at_zero_strength_it_says_nothing(mechanism, contract):
    contract.says_nothing_at_zero_strength(mechanism)


def test_a_war_with_it_at_zero_strength_is_the_war_without_it(mechanism, contract):
    contract.war_is_as_without_it(mechanism)


@pytest.mark.slow
def test_among_all_others_too_zero_strength_is_absence(mechanism, contract, every_mechanism):
    others = [m for m in every_mechanism if m.name != mechanism.name]
    contract.war_is_as_without_it(mechanism, others)


def test_the_wars_in_which_they_are_silent_are_real_wars(day_by_day, ring):
    """The two tests above would say nothing if nothing happened in their wars."""
    last = day_by_day(ring, [], {})[-1]
    assert last.n_falls.sum() > 3
    assert (np.asarray(last.fates).sum(0)[[0, 1, 3]] > 5).all()


def test_renaming_districts_renames_what_it_says(mechanism, contract):
    contract.renaming_districts_renames_what_it_says(mechanism)
