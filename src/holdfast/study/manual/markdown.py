"""Words and tables as Markdown, and pages in which some blocks are made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

_BLOCK = re.compile(r"(<!-- made: ([a-z ]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def fill(page: str, blocks: Mapping[str, str]) -> str:
    """The page with each made block written anew; every block must have its place, and once.

    >>> fill("A\\n<!-- made: b -->\\nold\\n<!-- end -->", {"b": "new"})
    'A\\n<!-- made: b -->\\n\\nnew\\n\\n<!-- end -->'
    """
    places = [found.group(2) for found in _BLOCK.finditer(page)]
    if sorted(places) != sorted(blocks):
        raise ValueError(f"the page has places for {places}, and the blocks are {[*blocks]}")
    return _BLOCK.sub(lambda f: f"{f.group(1)}\n{blocks[f.group(2)]}\n\n{f.group(3)}", page)


def paragraphs(parts: Iterable[str]) -> str:
    """Parts with an empty line between them; empty parts are left out."""
    return "\n\n".join(part for part in parts if part)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; cells are Markdown, a bar in them is kept as a bar."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def listing(head: Sequence[str], meanings: Mapping[str, str]) -> str:
    """A table of names and what they mean."""
    return table(head, ((f"`{name}`", meaning) for name, meaning in meanings.items()))


def code(words: Iterable[object]) -> str:
    """Words of the program, each set as code.

    >>> code(["stay", "desert"])
    '`stay`, `desert`'
    """
    return ", ".join(f"`{word}`" for word in words)


def number(x: float, figures: int = 6) -> str:
    """A number as a person reads it, to so many figures; without an end it is `any`.

    >>> number(158.4, 2), number(-180.0), number(float("inf"))
    ('160', '-180', 'any')
    """
    return f"{float(f'{x:.{figures}g}'):g}" if abs(x) < float("inf") else "any"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
