"""A file of boundaries to rows: its content says what it is, and only what is promised is read."""

import stat
import zipfile
from glob import escape
from io import BytesIO
from lzma import LZMAError
from pathlib import Path, PurePosixPath
from struct import error as StructError
from zlib import error as ZlibError

from holdfast.records.letters import MARKS
from holdfast.records.map_geopackage import HEADER, read_geopackage
from holdfast.records.map_json import read_json
from holdfast.records.map_shapefile import MAGIC, USED, read_shapefile
from holdfast.records.problems import ScenarioError
from holdfast.records.raw_map import READ, RawMap, broken, one_layer
from holdfast.records.whole import LARGEST, read_whole, refused

JSON, GEOPACKAGE, SHAPEFILE, ZIP = "GeoJSON", "a GeoPackage", "a Shapefile", "a zip file"
ENDINGS = {
    ".geojson": JSON, ".json": JSON, ".topojson": JSON, ".gpkg": GEOPACKAGE, ".shp": SHAPEFILE,
    ".zip": ZIP,
}  # fmt: skip
LARGEST_PART = 512 * 2**20  # bytes of JSON, and of a file in a zip: several times that in memory
ZIPPED = b"PK\x03\x04"
OTHERS = {
    b"<": "XML, as KML, GML and VRT are", b"fgb": "FlatGeobuf", b"%PDF": "PDF", b"\x1f\x8b": "gzip",
    ZIPPED: "a zip file", HEADER: "a database of SQLite", MAGIC: "a Shapefile",
    b"PAR1": "Parquet", b"Rar!": "a RAR archive", b"7z\xbc\xaf": "a 7z archive",
}  # fmt: skip
CURE = f"what can be read is {READ}; save or download the boundaries as one of these"


def read_map(path: Path, layer: str, encoding: str) -> RawMap:
    """Read the layer wanted, or the only one; raises ScenarioError."""
    if path.suffix.lower() not in ENDINGS:
        allowed = ", ".join(ENDINGS)
        raise refused(str(path), "is not a file of boundaries by its ending", allowed, CURE)
    largest = LARGEST_PART if ENDINGS[path.suffix.lower()] == JSON else LARGEST
    content = read_whole(path, largest)
    kind = _kind(content, path.suffix.lower(), path.name)
    if kind == ZIP:
        return _read_zip(content, path.name, layer, encoding)
    if kind == SHAPEFILE:
        beside = path.parent.glob(f"{escape(path.stem)}.*")
        parts = {part.suffix.lower(): part for part in beside if part.suffix.lower() in USED}
        read = {ending: read_whole(part) for ending, part in parts.items() if ending != ".shp"}
        one_layer([path.stem], layer, path.name)
        return read_shapefile(read | {".shp": content}, path.name, encoding)
    if kind == GEOPACKAGE:
        _refuse_unwritten(path)
        return read_geopackage(content, path.name, layer, encoding)
    return read_json(content, path.name, path.stem, layer, encoding)


def _kind(content: bytes, ending: str, file: str) -> str:
    """What the content is, which the ending has to say too; raises ScenarioError."""
    wanted = ENDINGS[ending]
    begins = {GEOPACKAGE: HEADER, SHAPEFILE: MAGIC, ZIP: ZIPPED}
    plain = content.lstrip(b"\xef\xbb\xbf \t\r\n")
    marked = content.startswith(tuple(MARKS)) or content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (
        b"{",
        b"[",
    )
    if marked if wanted == JSON else content.startswith(begins[wanted]):
        return wanted
    seems = next((other for begin, other in OTHERS.items() if plain.startswith(begin)), "")
    if marked:
        seems = "JSON"
    says = f"is not {wanted}: it " + (f"seems to be {seems}" if seems else "begins otherwise")
    raise refused(file, says, f"the content that {ending} says", CURE)


def _refuse_unwritten(path: Path) -> None:
    """Refuse a GeoPackage that is being changed: the newest rows stand in a file beside it."""
    beside = path.with_name(f"{path.name}-wal")
    if beside.is_file() and beside.stat().st_size:
        says = f"has changes that are not yet written into it ({beside.name})"
        cure = "close the program that has it open, QGIS for example, and try again"
        raise refused(path.name, says, "a file that nothing has open", cure)


def _read_zip(content: bytes, file: str, layer: str, encoding: str) -> RawMap:
    """One Shapefile of a zip, or its only file of another kind. Nothing is unpacked to disk."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _of_zip(archive, file, layer, encoding)
    except ScenarioError:
        raise
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError,
            ZlibError, LZMAError, StructError) as error:  # fmt: skip
        raise broken(file, f"as a zip file: {error}") from None


def _of_zip(archive: zipfile.ZipFile, file: str, layer: str, encoding: str) -> RawMap:
    names = {PurePosixPath(one.filename): one for one in archive.infolist() if not one.is_dir()}
    names = {path: one for path, one in names.items() if path.parts and path.parts[0] != "__MACOSX"}
    shapes = [path for path in names if path.suffix.lower() == ".shp"]
    others = [path for path in names
              if ENDINGS.get(path.suffix.lower()) in (JSON, GEOPACKAGE)]  # fmt: skip
    if shapes:
        chosen = shapes[one_layer([path.stem for path in shapes], layer, file)]
        parts = {path.suffix.lower(): _unzipped(archive, one, file) for path, one in names.items()
                 if (path.parent, path.stem) == (chosen.parent, chosen.stem)
                 and path.suffix.lower() in USED}  # fmt: skip
        return read_shapefile(parts, file, encoding)
    if len(others) != 1:
        there = f"{len(others)} files of boundaries" if others else "no file of boundaries"
        cure = "unpack it, and name the file wanted"
        raise refused(file, f"holds {there}", "the parts of a Shapefile, or one file", cure)
    content = _unzipped(archive, names[others[0]], file)
    if _kind(content, others[0].suffix.lower(), others[0].name) == GEOPACKAGE:
        return read_geopackage(content, file, layer, encoding)
    return read_json(content, file, others[0].stem, layer, encoding)


def _unzipped(archive: zipfile.ZipFile, one: zipfile.ZipInfo, file: str) -> bytes:
    """The content of one plain file of a zip, of bounded size whatever the zip says of it."""
    if stat.S_ISLNK(one.external_attr >> 16) or one.flag_bits & 1:
        what = "locked by a password" if one.flag_bits & 1 else "a link to another file"
        raise refused(file, f"holds {one.filename!r}, {what}", "plain files", "unpack it")
    with archive.open(one) as handle:
        content = handle.read(LARGEST_PART + 1)
    if len(content) > LARGEST_PART:
        allowed = f"up to {LARGEST_PART >> 20} MiB"
        raise refused(file, f"holds {one.filename!r}, which is too large", allowed,
                      "unpack it, and cut it")  # fmt: skip
    return content
