"""A verdict is one sentence that follows from the numbers by the stated rules."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.explain import RULES, Band, Explanation, Observation, Stance, Voice, verdict

ALAM = Voice("Alam", Stance.ASSERTS)
RUNNING = Explanation(
    claim_id="C22",
    said_by=ALAM,
    paraphrase="If everyone else will run there is no point in fighting.",
    mechanism="contagion",
    unit="logit",
    prior=Band(0.1, 2.0, 5.9),
    posterior=Band(0.6, 1.84, 3.4),
    learned=0.6,
    share=Band(0.04, 0.182, 0.41),
)
DISTRICTS = Observation(
    claim_id="C03",
    said_by=Voice("Najafizada", Stance.ASSERTS),
    paraphrase="At least 120 districts were overrun in two months.",
    unit="districts",
    low=120,
    high=None,
    predicted=Band(60, 140.4, 230),
)


def test_the_whole_sentence_for_an_explanation():
    assert verdict(RUNNING) == (
        'C22, asserted by Alam ("If everyone else will run there is no point in fighting"): '
        "inside this model, contagion accounted for 18% of districts lost (90% from 4% to 41%); "
        "the record says a little of how strong it is "
        "(1.8 logit, 90% from 0.6 to 3.4; beforehand 2, from 0.1 to 5.9)."
    )


def test_the_whole_sentence_for_a_count():
    assert verdict(DISTRICTS) == (
        'C03, asserted by Najafizada ("At least 120 districts were overrun in two months"): '
        "inside this model, 140 districts (90% from 60 to 230), "
        "which does not rule out what was said (at least 120)."
    )


@pytest.mark.parametrize(
    ("learned", "words"),
    [
        (1.2, "the record does not say how strong it is: that is assumed ("),
        (0.91, "the record does not say how strong it is: that is assumed ("),
        (0.9, "the record says a little of how strong it is ("),
        (0.51, "the record says a little of how strong it is ("),
        (0.5, "the record says much of how strong it is ("),
    ],
)
def test_how_much_was_learned_is_told_by_the_spread(learned, words):
    assert words in verdict(replace(RUNNING, learned=learned))


NOTHING = "accounted for what may be nothing, 2% of districts lost"


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (Band(-0.05, 0.02, 0.1), f"{NOTHING} (90% from -5% to 10%)"),
        (Band(0, 0.02, 0.1), f"{NOTHING} (90% from 0% to 10%)"),
        (Band(-0.05, 0.02, 0), f"{NOTHING} (90% from -5% to 0%)"),
        (Band(0.0004, 0.02, 0.1), "accounted for 2% of districts lost (90% from 0.04% to 10%)"),
        (
            Band(-0.3, -0.1, -0.01),
            "kept districts from falling, 10% of the number lost (90% from -30% to -1%)",
        ),
    ],
)
def test_a_share_is_told_by_where_its_interval_lies(share, words):
    assert f"contagion {words}; " in verdict(replace(RUNNING, share=share))


@pytest.mark.parametrize(
    ("others", "words"),
    [
        (("fear",), "fear"),
        (("siege_and_pay", "fear"), "siege and pay, fear"),
        (("pledge", "fear", "waiting"), "pledge, fear, waiting"),
        (("pledge", "fear", "waiting", "councils"), "pledge, fear, 2 others"),
    ],
)
def test_explanations_in_one_group_are_told_together(others, words):
    told = verdict(replace(RUNNING, confused_with=others))
    assert f"contagion, which cannot be told apart from {words}, with them accounted for" in told


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (12, 15, ", more than was said (12 to 15)."),
        (None, 10, ", more than was said (at most 10)."),
        (1234, 1234, ", fewer than was said (1,234)."),
        (60, None, ", which agrees with what was said (at least 60)."),
        (61, None, ", which does not rule out what was said (at least 61)."),
        (230, None, ", which does not rule out what was said (at least 230)."),
        (231, None, ", fewer than was said (at least 231)."),
        (100, 150, ", which does not rule out what was said (100 to 150)."),
        (None, None, "; no number was said."),
    ],
)
def test_a_count_is_told_by_where_the_two_intervals_lie(low, high, words):
    told = verdict(replace(DISTRICTS, low=low, high=high))
    assert told.endswith(f"inside this model, 140 districts (90% from 60 to 230){words}")


def test_who_denied_or_could_not_confirm_is_named():
    others = (
        Voice("government", Stance.DENIES),
        Voice("Tajik officials", Stance.CANNOT_CONFIRM),
        Voice("Baheer", Stance.ASSERTS),
        Voice("Najafizada", Stance.CANNOT_CONFIRM),
    )
    end = "; denied by government; not confirmed by Tajik officials, Najafizada."
    for claim in (RUNNING, DISTRICTS):
        assert verdict(replace(claim, others=others)).endswith(end)
        assert "denied" not in verdict(claim)
    denial = replace(DISTRICTS, said_by=others[0], paraphrase="Soldiers have not left their posts.")
    assert verdict(denial).startswith('C03, denied by government ("Soldiers have not left their')


def test_each_aspect_ends_in_a_rule_for_all_that_is_left():
    """Otherwise some numbers would leave the program speechless."""
    for aspect, rules in RULES.items():
        claim = DISTRICTS if aspect == "count" else RUNNING
        assert rules[-1].holds(claim)
        assert len({rule.words for rule in rules}) == len({rule.when for rule in rules})


@pytest.mark.parametrize(
    "wrong",
    [
        {"prior": Band(3, 2, 1)},
        {"posterior": Band(0, float("nan"), 1)},
        {"share": Band(0, 0.5, float("inf"))},
        {"learned": -0.1},
        {"learned": float("nan")},
    ],
)
def test_numbers_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValueError, match="claim C22"):
        replace(RUNNING, **wrong)


def test_counts_that_cannot_be_are_refused():
    for wrong in ({"low": 5, "high": 4}, {"low": float("nan")}, {"predicted": Band(2, 1, 0)}):
        with pytest.raises(ValueError, match="claim C03"):
            replace(DISTRICTS, **wrong)


NUMBERS = st.floats(-1e12, 1e12)
BANDS = st.lists(NUMBERS, min_size=3, max_size=3).map(lambda three: Band(*sorted(three)))
WORDS = st.sampled_from(["fear", "siege_and_pay", "pledge", "broken_pledge", "waiting"])
SPEAKERS = st.sampled_from(["government", "Tajik officials", "Baheer", "Najafizada", "Alam"])
OTHERS = st.lists(st.builds(Voice, SPEAKERS, st.sampled_from(Stance)), max_size=6).map(tuple)
EXPLAINED = st.builds(
    replace,
    st.just(RUNNING),
    prior=BANDS,
    posterior=BANDS,
    share=BANDS,
    learned=st.floats(0, 1e12),
    confused_with=st.lists(WORDS, unique=True, max_size=5).map(tuple),
    others=OTHERS,
)
ENDS = st.lists(NUMBERS, min_size=2, max_size=2).map(sorted)
COUNTED = st.builds(
    lambda ends, cut, predicted, others: replace(
        DISTRICTS,
        low=ends[0] if cut & 1 else None,
        high=ends[1] if cut & 2 else None,
        predicted=predicted,
        others=others,
    ),
    ENDS,
    st.integers(0, 3),
    BANDS,
    OTHERS,
)
INTERVAL = r"\(90% from \S+ to \S+?\)"
WINNING = r"\b(best|winner|wins|main|most likely|cause[ds]?|because|proves?)\b"


@settings(max_examples=150, deadline=None)
@given(st.one_of(EXPLAINED, COUNTED))
def test_any_finite_numbers_make_one_sentence_with_its_interval_and_no_winner(claim):
    told = verdict(claim)
    ours = told.split('"): ', 1)[1]
    assert told.startswith(claim.claim_id)
    assert ours.startswith("inside this model, ")
    assert ours.endswith(".")
    assert not re.search(r"[.!?]\s", ours)
    assert "\n" not in told
    assert len(re.split("; (?:denied|not confirmed) by", ours)[0].split()) <= 60
    assert re.search(INTERVAL, ours)
    assert not re.search(WINNING, ours)
    assert "{" not in told
    assert "nan" not in ours
    assert "inf" not in ours
