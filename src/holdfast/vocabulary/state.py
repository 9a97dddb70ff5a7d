"""The state of one war: everything the next step needs and nothing else."""

from __future__ import annotations

from typing import NamedTuple

from jax import Array


class Lots(NamedTuple):
    """What each soldier drew once for the whole war, as 16-bit quantiles; 0 where no one stands."""

    leave: Array  # [W, K, P] uint16 resistance to leaving
    die: Array  # [W, K, P] uint16 resistance to dying
    door: Array  # [W, K, P] uint16 taste for a door


class Dice(NamedTuple):
    """Lots of events, drawn ahead. The n-th event of a place uses row n modulo the rows drawn."""

    parley: Array  # [n, P] exponential
    withdraw: Array  # [n, P] exponential
    attack: Array  # [n, D] exponential
    breach: Array  # [n, D] exponential
    counter: Array  # [n, D] exponential
    retake: Array  # [n, D] uniform
    pools: Array  # [steps, 4, D] uniform


class Given(NamedTuple):
    """What the record decides in a war: the map up to a day, and what it says of resolve."""

    held: Array  # [D] bool, insurgents hold the centre before the first day
    told: Array  # [T, D] int8 at the end of each day: 1 insurgents, 0 government, -1 the model
    resolve: Array  # [D] logits, the district part of its posts' resolve


class Character(NamedTuple):
    """What posts and districts drew once for the whole war."""

    resolve: Array  # [P] logits, own and district part together
    nerve: Array  # [P] uniform, whether the post keeps together when its district falls
    gains: Array  # [P] 0 or 1, its commander gains from the elders' terms
    elder_ties: Array  # [D] sd, latent
    replaced: Array  # [events, D] bool, which chiefs an appointment replaced


class State(NamedTuple):
    """One war at one moment. Counts are int32, or float32 in the continuum."""

    left: Array  # [K, P] accumulated hazard of leaving
    died: Array  # [P] accumulated hazard of dying
    serving: Array  # [K, P] soldiers
    gone: Array  # [P] soldiers who left the post so far
    place: Array  # [P] district in which the post stands
    parley_clock: Array  # [P] hazard since the last visit of elders
    parleys: Array  # [P] visits so far
    withdraw_clock: Array  # [P] hazard since the last withdrawal
    withdrawals: Array  # [P] withdrawals so far
    held: Array  # [D] bool, insurgents hold the centre
    countryside: Array  # [D] share run by insurgents
    fighters_at: Array  # [D] insurgents who stand before it
    fighters: Array  # [] insurgents alive
    assault: Array  # [D] intensity
    attack_clock: Array  # [D]
    attacks: Array  # [D]
    breach_clock: Array  # [D]
    breaches: Array  # [D]
    counter_clock: Array  # [D]
    counters: Array  # [D]
    captives: Array  # [D] surrendered, not yet released
    released: Array  # [D] let go on their word
    away: Array  # [D] abroad
    returned: Array  # [D] serving again, outside any post
    fates: Array  # [D, F] cumulative
    tally: Array  # [D, 4] ways its garrison went since the government last held it
    first_fall: Array  # [D] day, inf
    manner: Array  # [D] row in Manner, -1
    n_falls: Array  # [D]
    n_retaken: Array  # [D]
    forced: Array  # [D] days on which the record kept it from falling
    news: News
    recent: Array  # [D, M] pressure of each mechanism, fading
    why: Array  # [D, M] the same at the first fall


class News(NamedTuple):
    """What the last step brought, by district."""

    fell: Array  # [D]
    retaken: Array  # [D]
    left: Array  # [D]
    surrendered: Array  # [D]
    released: Array  # [D]
    killed: Array  # [D]
    breached: Array  # [D]
    parleys: Array  # [D]
