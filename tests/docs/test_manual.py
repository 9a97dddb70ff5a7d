"""The manual says what the program declares, and names no source that is not listed."""

import ast
import re
from pathlib import Path

import pytest

from holdfast.records.read import find_scenario
from holdfast.records.schema_theatre import SOURCES
from holdfast.records.table import read_table
from holdfast.study.catalogue import catalogue, parameters
from holdfast.study.manual import pages
from holdfast.study.manual.markdown import fill
from holdfast.study.manual.references import KEY, Entry, named, read_entries

ROOT = Path(__file__).parents[2]
DOCS, SRC = ROOT / "docs", ROOT / "src" / "holdfast"
MADE = pages(DOCS)
ENTRIES = read_entries((DOCS / "references.bib").read_text("utf-8"))


def cited_in(file: Path) -> set[str]:
    """Sources that strings and docstrings of a file name in square brackets."""
    nodes = ast.walk(ast.parse(file.read_text("utf-8")))
    words = [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return {key for text in words for key in KEY.findall(text)}


CITED = named().union(*(cited_in(f) for f in SRC.rglob("*.py") if "manual" not in f.parts))
IN_SCENARIOS = {
    row
    for scenario in sorted((SRC / "scenarios").iterdir())
    if (scenario / "sources.csv").exists()
    for row in read_table(find_scenario(scenario), SOURCES).rows["source_id"]
}


@pytest.mark.parametrize("name", MADE)
def test_a_made_page_is_what_the_program_declares(name: str):
    assert (DOCS / name).read_text("utf-8") == MADE[name], "run `make docs` and commit docs/"


def test_every_mechanism_and_parameter_has_its_place_on_the_page():
    page = MADE["mechanisms.md"]
    for name in catalogue():
        assert f"\n## {name}\n" in page
    for full in parameters(catalogue().values()):
        owner, name = full.split(".")
        section = page.split(f"\n## {owner}\n")[1].split("\n## ")[0]
        assert f"| `{name}` |" in section, full


def test_a_block_without_a_place_on_its_page_is_refused():
    with pytest.raises(ValueError, match="places"):
        fill("no place here", {"facts": "a table"})


def test_every_source_that_the_program_names_is_listed():
    assert not CITED - IN_SCENARIOS - {e.key for e in ENTRIES}


def test_no_source_is_listed_that_nobody_names():
    assert not {e.key for e in ENTRIES} - CITED


def test_no_source_is_listed_twice():
    keys = [e.key for e in ENTRIES]
    assert len(set(keys)) == len(keys)
    assert not set(keys) & IN_SCENARIOS


def test_every_citation_in_a_reason_has_the_form_of_a_key():
    for full, p in parameters(catalogue().values()).items():
        brackets = re.findall(r"\[[^\]]*\]", p.reason)
        assert len(brackets) == len(KEY.findall(p.reason)), f"{full}: {p.reason}"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.key)
def test_a_listed_source_says_who_what_when_where_and_how_it_was_seen(entry: Entry):
    assert {"author", "title", "year", "note"} <= set(entry.fields)
    assert {"journal", "booktitle", "institution", "publisher", "howpublished"} & set(entry.fields)
    assert entry.fields["note"].startswith(("seen", "not checked"))
    assert entry.fields["year"] in entry.key


def test_every_page_stands_in_the_contents():
    contents = (ROOT / "mkdocs.yml").read_text("utf-8")
    for page in DOCS.glob("*.md"):
        assert f": {page.name}\n" in contents, f"{page.name} is not in the nav of mkdocs.yml"
