"""How a name of a province sounds: what two ways of writing one name have in common."""

import re
from collections.abc import Mapping
from difflib import SequenceMatcher

from holdfast.records.names import folded

LATIN = str.maketrans("асеіјорѕухԁһԛԝαικνορτυχ", "aceijopsyxdhqwaiknoptux")
"""Small letters of Cyrillic and Greek that are drawn as Latin ones."""

KINDS_IN_WORDS = """
province provinces prov provincia provinsi governorate governorates muhafazat muhafazah state
region department departement departamento oblast wilayah wilayat wilaya viloyat velayat ostan
county prefecture of the
"""
KINDS = frozenset(KINDS_IN_WORDS.split())
"""Words that say what a division is, not what it is called."""

SHORT = {"saint": "st", "sainte": "st", "ste": "st", "santo": "st", "santa": "st", "mount": "mt"}
AND = frozenset(("and", "et", "y", "und", "e"))
DOUBLED = re.compile(r"([^\W\d])\1")
LONG = 4  # letters of a word from which on a doubled one is a slip: not II

ALIKE = 0.8  # of 1, as difflib measures it
FEW = 2  # districts that a misspelling may have
MOST_NAMES = 500  # that are compared with each other
APART_IN_WORDS = """
north south east west northeast northwest southeast southwest northern southern eastern western
central upper lower inner outer nord sud est ouest norte sur este oeste i ii iii iv v vi vii
viii ix x xi xii
"""
APART = frozenset(APART_IN_WORDS.split())
"""Words by which neighbours of nearly one name are told apart."""


def in_two_ways(sizes: Mapping[str, int]) -> list[list[str]]:
    """Names that sound the same, together; `sizes` has how many districts each has."""
    by_sound: dict[str, list[str]] = {}
    for name in sorted(map(str, sizes.keys())):
        by_sound.setdefault(sound(name), []).append(name)
    return [names for names in by_sound.values() if len(names) > 1]


def misspelt(sizes: Mapping[str, int]) -> list[tuple[str, str]]:
    """Names of one or two districts, each with the name of twice as many that it nearly is."""
    names = sorted(map(str, sizes.keys()), key=lambda name: (-sizes[name], name))
    found = []
    for few in [name for name in names if sizes[name] <= FEW][-MOST_NAMES:]:
        larger = [name for name in names[:MOST_NAMES] if sizes[name] >= 2 * sizes[few]]
        likeness, name = max(((_likeness(few, name), name) for name in larger), default=(0, ""))
        if likeness >= ALIKE:
            found.append((few, name))
    return found


def _likeness(one: str, other: str) -> float:
    """How like two names read, from 0 to below 1.

    Names that sound the same are told by themselves; those with other numbers or directions, as
    North Harbour and South Harbour, are not alike.
    """
    a, b = folded(one), folded(other)
    if sound(one) == sound(other) or re.sub(r"\D", "", a) != re.sub(r"\D", "", b):
        return 0.0
    apart = set(a.split()) ^ set(b.split())
    if apart and apart <= APART:
        return 0.0
    ratios = [SequenceMatcher(None, x, y).ratio() for x, y in ((a, b), (sound(one), sound(other)))]
    return max(ratios)


def sound(name: str) -> str:
    """What is left of a name without all that people write in one way or another.

    >>> sound("Coastt Province") == sound("Coast"), sound("A & B") == sound("A and B")
    (True, True)
    >>> sound("Saint Mary") == sound("St. Mary"), sound("II Corps") == sound("I Corps")
    (True, False)
    """
    words = in_latin(folded(name.replace("&", " and "))).split()
    words = [SHORT.get(word, word) for word in words if word not in AND]
    named = [word for word in words if word not in KINDS] or words
    return "".join(DOUBLED.sub(r"\1", word) if len(word) >= LONG else word for word in named)


def in_latin(text: str) -> str:
    """A word that mixes Latin letters with others that look like them, in Latin letters alone.

    >>> in_latin("c\u043east"), in_latin("\u043e\u0441\u0430")
    ('coast', '\u043e\u0441\u0430')
    """
    return " ".join(
        word.translate(LATIN) if any("a" <= c <= "z" for c in word) else word
        for word in text.split()
    )
