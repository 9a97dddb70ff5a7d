"""What the documents show: their blocks of code, and a folder in which a reader runs them."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "CONTRIBUTING.md", "bench/README.md", "docs/*.md", "studies/*/README.md")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page; `page` is its path from the root."""

    page: str
    kind: str
    text: str


def first_line(block: Block) -> str:
    """What a block begins with; the whole first command of one for the console."""
    return commands(block)[0] if block.kind == "console" else block.text.partition("\n")[0]


def pages() -> list[str]:
    found = [path for pattern in PAGES for path in sorted(ROOT.glob(pattern))]
    return [path.relative_to(ROOT).as_posix() for path in found]


def blocks(page: str) -> list[Block]:
    text = (ROOT / page).read_text("utf-8")
    return [Block(page, kind, code) for kind, code in BLOCK.findall(text)]


def commands(block: Block) -> list[str]:
    """The commands of a block for the console, each on one line, without `$` and comment."""
    joined = re.sub(r"\\\n\s*", "", block.text)
    lines = (re.sub(r"\s+#.*", "", line).removeprefix("$ ") for line in joined.splitlines())
    return [line for line in lines if line]


def shown(page: str) -> list[str]:
    """Every command that a page shows in blocks for the console."""
    return [line for b in blocks(page) if b.kind == "console" for line in commands(b)]


def inline(page: str) -> Iterator[str]:
    """Every whole call of the program that a page quotes in a sentence or in a margin."""
    text = BLOCK.sub("", (ROOT / page).read_text("utf-8"))
    for call in re.findall(r"`holdfast ([^`]+)`", text):
        yield " ".join(call.split())


def surroundings(compiled: Path) -> dict[str, str]:
    """A terminal of 80 columns in which `holdfast` is found, whatever the tests run in."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    cache = os.environ.get("JAX_COMPILATION_CACHE_DIR", str(compiled))
    return os.environ | {"PATH": path, "COLUMNS": "80", "JAX_COMPILATION_CACHE_DIR": cache}


def type_in(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """What a command of a page prints, typed in a folder."""
    words = [sys.executable if w == "python" else w for w in shlex.split(line)]
    env = surroundings(folder / "compiled")
    if words[0] == "holdfast":
        words[0] = str(Path(sys.executable).with_name("holdfast"))
    return subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, check=False)


def expect(line: str, folder: Path, *sayings: str) -> str:
    """Type a command, see that it ends well and says each of the sayings; what it printed."""
    assert sayings, f"nothing is expected of: {line}"
    done = type_in(line, folder)
    assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    for saying in sayings:
        assert re.search(saying, done.stdout, re.MULTILINE), (
            f"{line}: no {saying!r} in\n{done.stdout}"
        )
    return done.stdout
