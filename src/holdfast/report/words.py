"""What reports call fates and manners of fall."""

from holdfast.vocabulary.words import Fate, Manner

FATES = {
    Fate.SURRENDERED: "surrendered to the pledge",
    Fate.DESERTED: "went home",
    Fate.ABROAD: "crossed a border",
    Fate.KILLED: "killed in fighting",
    Fate.KILLED_AFTER_SURRENDER: "killed after surrender, a war crime",
    Fate.RETURNED: "returned to duty",
    Fate.WITHDREW: "withdrew on order, still serving",
}
MANNERS = {
    Manner.NEGOTIATED: "negotiated",
    Manner.ABANDONED: "abandoned",
    Manner.ASSAULT: "taken by assault",
    Manner.ORDERED: "left on order",
}
