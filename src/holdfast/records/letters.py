"""Bytes to text: UTF-8, UTF-16 or UTF-32 by their marks, or the encoding that is told."""

import codecs
import re

from holdfast.records.said import About, Said
from holdfast.records.whole import refused

MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""The first bytes by which a file says what it is; the longer before the shorter."""

UNWESTERN = re.compile(rb"[\x80-\xff]{4}")  # no word of a Western language has four in a row
UNUSED = re.compile(r"[\x80-\x9f]")  # characters that iso-8859-1 has no letters for
EXAMPLES = "for example cp1252, cp1250, cp1251, cp1256, gb18030"


def decoded(content: bytes, file: str, encoding: str = "") -> tuple[str, tuple[Said, ...]]:
    """Text of bytes, and what had to be said of it; raises ScenarioError.

    What bears a mark or is UTF-8 is read so. `encoding` is for files that are not. Without it they
    are read as cp1252, if they can be in a Western language, and that is said.
    """
    _known(encoding, file)
    mark = next((mark for mark in MARKS if content.startswith(mark)), None)
    said: tuple[Said, ...] = ()
    if mark is not None:
        text = _strictly(content, file, MARKS[mark], "it is cut short or spoilt: fetch it again")
    elif not _is_utf8(content) and not encoding:
        text, said = _guessed(content, file)
    elif encoding and (content.isascii() or not _is_utf8(content)):
        text = _strictly(content, file, encoding, "give another --encoding, or save it as UTF-8")
        if codecs.lookup(encoding).name == "iso8859-1" and (found := UNUSED.search(text)):
            says = "holds characters that latin-1 has no letters for"
            cure = "it is probably --encoding cp1252"
            raise refused(file, says, "latin-1", cure, text.count("\n", 0, found.start()) + 1)
    else:
        text = content.decode("utf-8")
        if encoding and codecs.lookup(encoding).name != "utf-8":
            words = f"{file} is UTF-8 and was read so; --encoding {encoding} is for other files"
            said = (Said(About.READ, words),)
    if "\x00" in text:
        raise _nul(content, file, text)
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"), said


def _known(encoding: str, file: str) -> None:
    cure = f"{EXAMPLES}, utf-8"
    try:
        if encoding:
            b" ".decode(encoding)
    except UnicodeError:
        pass
    except (LookupError, ValueError):
        raise refused(file, f"no encoding is called {encoding!r}", "its name", cure) from None


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _strictly(content: bytes, file: str, encoding: str, cure: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeError as error:
        line = content.count(b"\n", 0, getattr(error, "start", 0)) + 1
        raise refused(file, f"is not {encoding} text", encoding, cure, line) from None


def _guessed(content: bytes, file: str) -> tuple[str, tuple[Said, ...]]:
    """Text that is not UTF-8, as cp1252; raises ScenarioError where that is not likely."""
    if b"\x00" in content:
        raise _nul(content, file, content.decode("latin-1"))
    text = content.decode("utf-8", "replace")
    bad = text.index("\ufffd")
    line = text.count("\n", 0, bad) + 1
    right = sum(not c.isascii() and c != "\ufffd" for c in text)
    if right > 2 * text.count("\ufffd"):
        says = "holds a byte that is not UTF-8, though the rest of the file is"
        raise refused(file, says, "UTF-8", "mend this line, or give --encoding", line)
    cure = f"give --encoding NAME, {EXAMPLES}, or save it as UTF-8"
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        text = ""
    if not text or UNWESTERN.search(content):
        raise refused(
            file, "is not UTF-8 text", "UTF-8, or a file whose --encoding is told", cure, line
        )
    words = re.findall(r"[^\W\d_]+", text)
    shown = next((word for word in words if not word.isascii()), "")
    sample = f", so that a word of it is {shown!r}" if shown else ""
    told = f"{file} is not UTF-8 and was read as cp1252{sample}; if that looks wrong, give"
    return text, (Said(About.ASSUMED, f"{told} --encoding"),)


def _nul(content: bytes, file: str, text: str):
    line = text.count("\n", 0, text.index("\x00")) + 1
    for first, name in ((0, "utf-16-be"), (1, "utf-16-le")):
        if content[first:200:2].count(0) > 0.8 * len(content[first:200:2]):
            cure = f"give --encoding {name}, or save it as UTF-8"
            return refused(file, "seems to be UTF-16 without its mark", "text", cure, line)
    return refused(file, "holds a NUL byte", "text", "save it as UTF-8 text", line)
