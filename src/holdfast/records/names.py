"""Names as people write them: cleaned of what cannot be seen, and found by how they read."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

INVISIBLE = dict.fromkeys(
    [0x200E, 0x200F, 0x061C, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)  # marks, embeddings, overrides and isolates of direction, and the byte-order mark
ONE_LETTER = str.maketrans(
    {"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ـ": ""}
    | {"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe"}
)  # letters that keyboards and publishers write in several ways
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
WITH_ID = re.compile(r"(?P<name>.+?)\s*\((?P<id>[^()]+)\)\s*(?:,\s*(?P<province>.+))?")
LONGEST = 200  # characters of a name
LONGEST_KEY = 60  # characters of an id that becomes part of a path
OF_KEYS = f"letters, digits, dot, dash, underscore; not a dot first; up to {LONGEST_KEY}"
"""What may name a scenario, in words."""


def is_key(text: str) -> bool:
    """Whether a text may name a scenario or a tracker: no slash is in it, and no dot before it.

    >>> is_key("river-war"), is_key("../war"), is_key(".war"), is_key("w" * 61)
    (True, False, False, False)
    """
    return len(text) <= LONGEST_KEY and KEY.fullmatch(text) is not None


def cleaned(text: str) -> str:
    """A name on one line without marks of direction, control characters and stray spaces.

    >>> cleaned("\\u2068Old  Town\\u2069\\n")
    'Old Town'
    """
    kept = unicodedata.normalize("NFC", text.translate(INVISIBLE))
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in kept)
    return " ".join(kept.split())[:LONGEST].strip()


def folded(name: str) -> str:
    """How a name reads: without case, accents, vowel signs and punctuation.

    >>> folded("Saint-Étienne") == folded("SAINT ETIENNE")
    True
    """
    apart = unicodedata.normalize("NFKD", cleaned(name).casefold().translate(ONE_LETTER))
    bare = "".join(c for c in apart if unicodedata.category(c) not in ("Mn", "Cf"))
    bare = bare.replace("'", "").replace("\u2019", "").replace("`", "").translate(ONE_LETTER)
    return " ".join("".join(c if c.isalnum() else " " for c in bare).split())


def squeezed(name: str) -> str:
    """How a name reads without spaces and hyphens, as some publishers write it.

    >>> squeezed("Old Harbour-Town") == squeezed("OldHarbourTown")
    True
    """
    return folded(name).replace(" ", "")


def _parts(name: str) -> tuple[str, ...]:
    """The two names of a place written as one: `Parwan (Charikar)` is called by either."""
    before, opened, within = name.partition("(")
    return (before, within.partition(")")[0]) if opened else ()


def as_id(name: str, otherwise: str) -> str:
    """A name as an id: ASCII letters, digits, dot, dash, underscore.

    >>> as_id("Saint-Étienne (Ouest)", "d1"), as_id("بلخ", "d2")
    ('Saint-Etienne-Ouest', 'd2')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-._")[:60].rstrip("-._")
    return plain or otherwise


class NotFound(Exception):
    """A name that is nobody's, or that of several; says which names are near.

    `several` are the id and province of each district of that name, if there is more than one;
    `instead` says of what is right in part what belongs to it.
    """

    def __init__(
        self, says: str, cure: str, several: Sequence[tuple[str, str]] = (), instead: str = ""
    ) -> None:
        super().__init__(says)
        self.says, self.cure, self.several = says, cure, tuple(several)
        self.instead = instead


class Finder:
    """Finds districts by id or by name, by province where a name stands twice; never guesses."""

    def __init__(
        self,
        districts: Iterable[tuple[str, str, str]],
        other_names: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        """Take (id, name, province) of each district, and other names by id, as of its seat."""
        self._by_id: dict[str, str] = {}
        self._by_name: dict[str, set[str]] = {}
        self._unspaced: dict[str, set[str]] = {}
        self._other: dict[str, set[str]] = {}
        self._called: dict[str, str] = {}
        self._province: dict[str, str] = {}
        for key, name, province in districts:
            self._by_id[key.casefold()] = key
            self._by_name.setdefault(folded(name), set()).add(key)
            self._unspaced.setdefault(squeezed(name), set()).add(key)
            self._called[key] = f"{name}, {province}" if province != name else name
            self._province[key] = province
            for part in _parts(name):
                self._other.setdefault(folded(part), set()).add(key)
        for key, names in (other_names or {}).items():
            for name in names:
                self._other.setdefault(folded(name), set()).add(key)
        self._other.pop("", None)

    def find(self, text: str, province: str = "") -> str:
        """The id of the district meant; raises NotFound.

        `Name, Province`, `Name (Province)`, `Name (ID)` and `Name (ID), Province` are understood.
        """
        wanted = cleaned(text)
        if wanted.casefold() in self._by_id:
            return self._by_id[wanted.casefold()]
        elsewhere: set[str] = set()
        for name, within in self._readings(wanted, province):
            for keys in (
                self._by_name.get(folded(name)),
                self._other.get(folded(name)),
                self._unspaced.get(squeezed(name)) if squeezed(name) else None,
            ):
                found = self._within(keys or (), within)
                if len(found) == 1:
                    return found[0]
                if len(found) > 1:
                    raise self._several(found)
                elsewhere |= set(keys or ())
        if key := self._with_id(wanted, province):
            return key
        if elsewhere:
            raise self._elsewhere(elsewhere)
        raise NotFound("is no district", self._near(wanted))

    def spelt(self, text: str, province: str = "") -> str:
        """How the boundaries write a name that is found only without its spaces, else ""."""
        wanted = cleaned(text)
        readings = [folded(name) for name, _ in self._readings(wanted, province)]
        if wanted.casefold() in self._by_id:
            return ""
        if any(name in self._by_name or name in self._other for name in readings):
            return ""
        try:
            return self._called[self.find(text, province)]
        except NotFound:
            return ""

    def _within(self, keys: Iterable[str], province: str) -> list[str]:
        """Those of some districts that lie in a province, in order; all where none is named."""
        wanted = squeezed(province)
        return sorted(k for k in keys if not wanted or squeezed(self._province[k]) == wanted)

    def _with_id(self, wanted: str, province: str) -> str:
        """The id in `Name (ID)` or `Name (ID), Province`, "" if there is none; all must agree."""
        parts = WITH_ID.fullmatch(wanted)
        key = self._by_id.get(cleaned(parts["id"]).casefold()) if parts else None
        if parts is None or key is None:
            return ""
        named = (self._by_name, self._other)
        called = any(key in names.get(folded(parts["name"]), ()) for names in named)
        called = called or key in self._unspaced.get(squeezed(parts["name"]), ())
        if not called or not self._within([key], parts["province"] or cleaned(province)):
            raise self._elsewhere([key])
        return key

    def _elsewhere(self, keys: Iterable[str]) -> NotFound:
        """The refusal of a district whose name, id and province do not belong together."""
        there = " and ".join(
            f"{self._called[key].removesuffix(', ' + self._province[key])} ({key}) lies in"
            f" {self._province[key]}"
            for key in sorted(keys)[:4]
        )
        return NotFound("is no district", there, instead=there)

    def _several(self, found: Sequence[str]) -> NotFound:
        there = " or ".join(f"{self._called[key]!r} ({key})" for key in found[:4])
        cure = f"name the province or the id: {there}"
        several = [(key, self._province[key]) for key in found]
        return NotFound(f"is the name of {len(found)} districts", cure, several)

    def _readings(self, wanted: str, province: str) -> Iterable[tuple[str, str]]:
        """Name and province: as given, and as `Name, Province` or `Name (Province)`."""
        yield wanted, cleaned(province)
        for mark in ",(":
            name, found, within = wanted.rpartition(mark)
            if found and name.strip() and not province:
                yield name, within.rstrip(") ")

    def _near(self, wanted: str) -> str:
        if wanted.isascii() and wanted.isdecimal():
            numbers = [key for key in self._called if key.isascii() and key.isdecimal()]
            like = [key for key in numbers if key.lstrip("0") == wanted.lstrip("0")]
            if like:
                ids = " or ".join(f"{key!r} ({self._called[key]})" for key in like[:4])
                return f"{ids} may be meant: a spreadsheet takes noughts in front away; write it so"
        by_fold = {folded(called.partition(", ")[0]): called for called in self._called.values()}
        close = get_close_matches(folded(wanted), by_fold, n=3, cutoff=0.55)
        if close:
            return "write it as the boundaries do; near are " + "; ".join(
                by_fold[name] for name in close
            )
        return f"write it as the boundaries do, as {next(iter(self._called.values()), 'an id')!r}"
