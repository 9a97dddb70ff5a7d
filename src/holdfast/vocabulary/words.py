"""Every word the program speaks, declared once: levels, options, verbs, fates and facts.

A claim, a mechanism, a trajectory and a posterior use these words and no others. A new
word starts its life in this file.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """At what grain a quantity lives."""

    NATION = "nation"
    DISTRICT = "district"
    POST = "post"
    CLASS = "class"  # resolve class within a post
    SOLDIER = "soldier"


class Option(StrEnum):
    """What a soldier can do when the moment comes; mechanisms pull on these, in logits."""

    STAY = "stay"
    SURRENDER = "surrender"
    DESERT = "desert"
    ABROAD = "abroad"
    WITHDRAW = "withdraw"


DOORS = (Option.SURRENDER, Option.DESERT, Option.ABROAD)
"""The ways out of the army that one soldier can take by himself, in storage order."""


class Verb(StrEnum):
    """What can happen; mechanisms press on the log of its rate per day."""

    MOMENT = "moment"
    PARLEY = "parley"
    ATTACK = "attack"
    KILL = "kill"
    BREACH = "breach"
    COUNTERATTACK = "counterattack"
    REJOIN = "rejoin"


MEANING: dict[Option | Verb, str] = {
    Option.STAY: "go on serving",
    Option.SURRENDER: "give up to the insurgents, on their pledge",
    Option.DESERT: "go home",
    Option.ABROAD: "cross a border",
    Option.WITHDRAW: "the whole post moves, on order, to its garrison town",
    Verb.MOMENT: "a post faces the choice",
    Verb.PARLEY: "elders offer terms to a post",
    Verb.ATTACK: "a district is assaulted",
    Verb.KILL: "a soldier is killed in fighting",
    Verb.BREACH: "men who surrendered are killed, a war crime",
    Verb.COUNTERATTACK: "the army tries to retake a district",
    Verb.REJOIN: "a soldier who fled abroad returns to duty",
}
"""What each option and verb is, in words."""


class Fate(StrEnum):
    """Cumulative counts of what became of soldiers, in storage order."""

    SURRENDERED = "surrendered"
    DESERTED = "deserted"
    ABROAD = "abroad"
    KILLED = "killed"
    KILLED_AFTER_SURRENDER = "killed_after_surrender"  # a war crime
    RETURNED = "returned"  # came back to duty after leaving
    WITHDREW = "withdrew"  # moved with the post to a garrison, still serving


class Manner(StrEnum):
    """How a district fell: the door that most of its garrison took, in storage order."""

    NEGOTIATED = "negotiated"
    ABANDONED = "abandoned"
    ASSAULT = "assault"
    ORDERED = "ordered"


class Branch(StrEnum):
    """Arms of the army, in storage order."""

    POLICE = "police"
    ARMY = "army"
    COMMANDO = "commando"


class CalendarKind(StrEnum):
    """Dated facts a scenario may state."""

    ALLY_PRESENCE = "ally_presence"
    AIR_SUPPORT = "air_support"
    PAY_ARREARS = "pay_arrears"
    ANNOUNCEMENT = "announcement"
    BASE_HANDED_OVER = "base_handed_over"
    ALLY_GONE = "ally_gone"
    APPOINTMENT = "appointment"
    BREACH = "breach"
    BREACH_NEWS = "breach_news"
    WITHDRAWAL_ORDER = "withdrawal_order"
    CAPITALS_OPEN = "capitals_open"
    CEASEFIRE = "ceasefire"


@dataclass(frozen=True)
class Field:
    """A named quantity: where it lives, its unit, its range and what it means."""

    level: Level
    unit: str
    low: float
    high: float
    meaning: str


_INF = float("inf")
_N, _D, _P = Level.NATION, Level.DISTRICT, Level.POST

FACTS: dict[str, Field] = {
    # the scene as it stands
    "day": Field(_N, "day", 0, _INF, "days since the scenario's first day"),
    "held": Field(_D, "0 or 1", 0, 1, "insurgents hold the district's centre"),
    "lost_share": Field(_N, "share", 0, 1, "districts held by insurgents"),
    "capitals_lost_share": Field(_N, "share", 0, 1, "provincial capitals held by insurgents"),
    "countryside": Field(_D, "share", 0, 1, "district outside its centre that insurgents run"),
    "garrison": Field(_D, "soldier", 0, _INF, "soldiers serving in the district"),
    "strength": Field(_D, "soldier", 0, _INF, "the same, weighted by how well each branch fights"),
    "fighters": Field(_D, "fighter", 0, _INF, "insurgents who stand before the district"),
    "siege": Field(_D, "share", 0, 1, "roads cut: countryside and neighbours in insurgent hands"),
    "neighbours_lost": Field(_D, "share", 0, 1, "contacts held by insurgents, by border length"),
    "assault": Field(_D, "intensity", 0, _INF, "assaults under way, fading over days"),
    "garrison_held": Field(_D, "0 or 1", 0, 1, "its garrison town still stands and is elsewhere"),
    "reserve_share": Field(_D, "share", 0, 1, "mobile companies of its corps still at hand"),
    "captives": Field(_D, "soldier", 0, _INF, "men who surrendered and are not yet released"),
    # what the last step brought
    "fell_now": Field(_D, "0 or 1", 0, 1, "the district fell in the last step"),
    "retaken_now": Field(_D, "0 or 1", 0, 1, "the district was retaken in the last step"),
    "left_now": Field(_D, "soldier", 0, _INF, "soldiers who left in the last step"),
    "surrendered_now": Field(_D, "soldier", 0, _INF, "soldiers who surrendered in the last step"),
    "released_now": Field(_D, "soldier", 0, _INF, "captives let go in the last step"),
    "killed_now": Field(_D, "soldier", 0, _INF, "soldiers killed in action in the last step"),
    "breached_now": Field(_D, "soldier", 0, _INF, "captives killed in the last step, a war crime"),
    "parleys_now": Field(_D, "visit", 0, _INF, "posts that elders visited in the last step"),
    # the land and the people
    "capital": Field(_D, "0 or 1", 0, 1, "seat of a province"),
    "legitimacy": Field(_D, "sd", -_INF, _INF, "standing of the government there, scaled proxy"),
    "media_reach": Field(_D, "share", 0, 1, "people within reach of phone and broadcast"),
    "elder_ties": Field(_D, "sd", -_INF, _INF, "ties of local elders to the insurgents, latent"),
    "border_km": Field(_D, "km", 0, _INF, "from the seat to the nearest border to flee over"),
    "border_value": Field(
        _D, "share", -1, 1, "worth of its border to insurgents; below 0: shunned"
    ),
    "garrison_km": Field(_D, "km", 0, _INF, "from the seat to its garrison town"),
    "air_km": Field(_D, "km", 0, _INF, "from the seat to the nearest base that can resupply it"),
    "gone_share": Field(_P, "share", 0, 1, "men of the post, present at the start, who left it"),
    "is_police": Field(_P, "0 or 1", 0, 1, "the post is manned by police"),
    "is_commando": Field(_P, "0 or 1", 0, 1, "the post is manned by commandos"),
    # what the calendar says today
    "ally_presence": Field(_N, "share", 0, 1, "part of the ally's force still in the country"),
    "air_support": Field(_N, "index", 0, _INF, "air support, 1 as at the start"),
    "pay_arrears": Field(_D, "month", 0, _INF, "months of pay owed"),
    "announced": Field(_N, "share", 0, 1, "support that the ally has said it will end"),
    "base_gone": Field(_D, "0 or 1", 0, 1, "a base of the ally nearby has been handed over"),
    "leader_tenure": Field(_D, "day", 0, _INF, "days since its security chiefs were replaced"),
    "order_days": Field(
        _N, "day", -_INF, _INF, "days since the order to pull back; below 0: before"
    ),
    "capitals_days": Field(_N, "day", -_INF, _INF, "days since insurgents turned on capitals"),
    "ceasefire": Field(_N, "0 or 1", 0, 1, "a cease-fire holds today"),
    "breach_here": Field(_D, "soldier", 0, _INF, "captives whose killing the calendar dates today"),
    "breach_public": Field(_N, "soldier", 0, _INF, "killed captives whose story breaks today"),
}
"""What a mechanism may read. `Scene` offers each by its name and nothing else."""

COLLAPSE_SHARE = 2 / 3
"""A state whose army has lost this share of its provincial capitals has collapsed. Judgement."""

TIES = ("contact", "province", "corps", "nation")
"""Ways news travels: between neighbours, within a province, within a corps, through media."""


def index(member: StrEnum) -> int:
    """Position of a word in its list, the axis order of every array over such words.

    >>> index(Fate.DESERTED)
    1
    """
    return list(type(member)).index(member)
