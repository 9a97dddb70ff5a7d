"""The page as one document: served live, or a report that opens with the network off.

Both lives have the same modules. Live, the import map points at the server; in a report it holds
the modules themselves. Nothing in either comes from elsewhere, which its own policy also forbids.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from html import escape
from importlib.abc import Traversable
from importlib.resources import files
from typing import Any

STYLES = ("page.css", "charts.css")
_GAP = re.compile(r"\{\{(\w+)\}\}")
_INLINE = re.compile(r"<(script|style)\b([^>]*)>(.*?)</\1>", re.DOTALL)


def document(
    title: str, bundle: Mapping[str, Any] | None, live: bool, static: Traversable | None = None
) -> str:
    """The page with a bundle of values in it; live, no bundle means that the page asks for it.

    `static` is the folder of the template, styles and modules, unless it is the room's own.
    """
    if bundle is None and not live:
        raise ValueError("a report needs a bundle: nobody is there to be asked for it")
    static = static or _own()
    gaps = _gaps(live, static) | {
        "title": escape(title),
        "data": as_json({"live": True} if bundle is None else bundle),
        "policy": escape(policy(live, static)),
    }
    return _fill(_read(static, "page.html"), gaps)


def policy(live: bool, static: Traversable | None = None) -> str:
    """The Content-Security-Policy of the page: its own scripts and styles by hash, nothing else.

    The hashes are of what stands in the template, so nothing that a bundle brings can pass.
    """
    static = static or _own()
    gaps = _gaps(live, static)
    hashes: dict[str, list[str]] = {"script": [], "style": []}
    for kind, attributes, content in _INLINE.findall(_read(static, "page.html")):
        if "application/json" not in attributes:
            hashes[kind].append(_hash(_fill(content, gaps)))
    modules, requests = ("'self'", "'self'") if live else ("data:", "'none'")
    return "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src", *hashes["script"], modules]),
            " ".join(["style-src", *hashes["style"]]),
            "img-src data: blob:",
            f"connect-src {requests}",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def modules(static: Traversable | None = None) -> dict[str, bytes]:
    """The modules of the page by name."""
    found = sorted((static or _own()).iterdir(), key=lambda file: file.name)
    return {f.name.removesuffix(".js"): f.read_bytes() for f in found if f.name.endswith(".js")}


def as_json(values: Any) -> str:
    """JSON that can stand in a script element whatever the names in it are."""
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _gaps(live: bool, static: Traversable) -> dict[str, str]:
    """What fills the template whatever is shown."""
    addresses = {
        f"holdfast/{name}": f"/static/{name}.js" if live else _as_address(code)
        for name, code in modules(static).items()
    }
    styles = [_read(static, name) for name in STYLES if (static / name).is_file()]
    return {"style": "\n".join(styles), "importmap": as_json({"imports": addresses})}


def _fill(template: str, gaps: Mapping[str, str]) -> str:
    """One pass, so that a name that looks like a gap stays a name."""
    return _GAP.sub(lambda found: gaps[found[1]], template)


def _as_address(code: bytes) -> str:
    return "data:text/javascript;base64," + base64.b64encode(code).decode()


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _read(static: Traversable, name: str) -> str:
    return (static / name).read_text(encoding="utf-8")


def _own() -> Traversable:
    return files("holdfast.page") / "static"
