"""The content of one file that somebody else made, or words about why it cannot be used."""

from pathlib import Path

from holdfast.records.problems import Problem, ScenarioError

LARGEST = 2 * 2**30  # bytes of one file


def read_whole(path: Path, largest: int = LARGEST) -> bytes:
    """The content of a plain file of bounded size; raises ScenarioError."""
    try:
        if not path.exists():
            raise refused(str(path), "is not there", "a file", "check its path")
        if not path.is_file():
            raise refused(str(path), "is not a plain file", "a file", "name the file itself")
        size = path.stat().st_size
        if size == 0:  # also what the kernel writes as it is read, which may never end
            raise refused(path.name, "is empty", "a header and rows", "check the file")
        if size > largest:
            raise refused(path.name, "is too large", f"up to {largest >> 20} MiB", "cut it")
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        if isinstance(error, ScenarioError):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise refused(str(path), f"cannot be read ({reason})", "a file", "check it") from None
    if not content.strip():
        raise refused(path.name, "is empty", "a header and rows", "check the file")
    return content


def refused(
    file: str, says: str, allowed: str, cure: str, line: int | None = None
) -> ScenarioError:
    """A file that cannot be used at all."""
    return ScenarioError([Problem(file, says, allowed, cure, line, check="outside")])
