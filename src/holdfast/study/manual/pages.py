"""Which pages have made blocks, and writing them."""

from __future__ import annotations

from pathlib import Path

from holdfast.study.manual import mechanisms, references, scenario
from holdfast.study.manual.markdown import fill


def pages(docs: Path) -> dict[str, str]:
    """Every page with made blocks, as it should be; `docs` is the folder of the manual."""
    made = {
        "mechanisms.md": mechanisms.blocks(),
        "scenario.md": scenario.blocks(),
        "references.md": references.blocks(docs),
    }
    return {name: fill((docs / name).read_text("utf-8"), made[name]) for name in made}


def write(docs: Path) -> None:
    """Write the made blocks of every page into the folder of the manual."""
    for name, text in pages(docs).items():
        (docs / name).write_text(text, encoding="utf-8")
