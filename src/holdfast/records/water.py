"""Polygons that look like water: by their name, or by what a column says that they are."""

import re
from collections.abc import Mapping, Sequence

from holdfast.records.names import folded

WORDS = re.compile(
    r"\b(lakes?|lochs?|water ?bod(y|ies)|water|reservoirs?|lagoons?|seas?|bays?|dam lake"
    r"|lacs?|plan d ?eau|eaux?|etangs?|lagunes?|mer"
    r"|lagos?|lagunas?|lagoas?|embalses?|represas?|cuerpos? de agua|corpos? d ?agua|mar"
    r"|ziwa|danau|waduk|tasik|ozero|озеро|озера|вода|водохранилище|море|река|rivers?|rivieres?"
    r"|gol|golu|goller|baraj|baraji|lake area|jezer[oa]|jezioro|barrages?|retenues? d ?eau"
    r"|wasser\w*|gewasser\w*|stausee|binnensee|buhayrat?|hawr|daryacheh|jarvi|vatten"
    r"|بحیر[هات]+|بحر|هور|خزان|میاه|دریاچه|جهیل)\b"
    r"|^(see|seen|meer|kol|kul|hor|khor|sjo|झील|হ্রদ|湖|湖泊|水域|水库|호수)$"
)
NAMES = re.compile(
    r"^(lake|loch|lac|lago|laguna|lagoa|lagune|embalse|represa|ziwa|danau|waduk|tasik|ozero|озеро"
    r"|reservoir|water ?bod(y|ies)|бухта|водохранилище|retenue|etang|barrage d[eu]?|jezero|jezioro"
    r"|stausee|wasserflache|gewasser|buhayrat?|hawr|daryacheh|بحیر[ها]|هور|خزان|دریاچه)\b"
    r"|\b(lake|lagoon|reservoir|water ?bod(y|ies)|water|sea|golu|baraji|jezero|ozero|озеро"
    r"|водохранилище|stausee|wasserflache|jarvi|झील|হ্রদ)$|湖$|水库$"
    r"|\wstausee$|\w gol$|\w(?<! am)(?<! zum) see$"
)
KINDS = re.compile(r"type|class|kind|categ|descr|remark|status|feature|level|land|water", re.I)
YES = ("yes", "y", "true", "1", "1.0", "t")


def looks_like_water(name: str) -> bool:
    """Whether a name is one that waters have.

    >>> looks_like_water("Lake Brine"), looks_like_water("Lac Tchad"), looks_like_water("Lakeside")
    (True, True, False)
    """
    return bool(NAMES.search(folded(name)))


def said_to_be_water(cells: Mapping[str, Sequence[str]], roles: Mapping[str, str]) -> list[str]:
    """For each row what a column of kinds says, as "ENGTYPE_2 says Waterbody"; "" if not water."""
    n = len(next(iter(cells.values()), ()))
    found = [""] * n
    used = set(roles.values())
    for column, texts in cells.items():
        if column in used or not KINDS.search(column):
            continue
        flag = "water" in column.lower()
        for i, text in enumerate(texts):
            plain = folded(text)
            is_water = len(plain) < 40 and WORDS.search(plain)
            if plain and not found[i] and (is_water or (flag and plain in YES)):
                found[i] = f"{column} says {text.strip()[:30]}"
    return found
