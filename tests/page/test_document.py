import base64
import hashlib
import json
import re
from html import unescape
from html.parser import HTMLParser

import pytest

from chromium import chromium, needs_chromium
from holdfast.page.document import document, modules, policy
from page.fights import HOSTILE

TEMPLATE = """<!doctype html>
<meta http-equiv="Content-Security-Policy" content="{{policy}}">
<title>{{title}}</title><style>{{style}}</style>
<script type="importmap">{{importmap}}</script>
<script type="application/json" id="data">{{data}}</script>
<script type="module">import { start } from "holdfast/main"; start()</script>
"""


@pytest.fixture
def static(tmp_path):
    (tmp_path / "page.html").write_text(TEMPLATE)
    (tmp_path / "page.css").write_text("body { color: red }")
    (tmp_path / "charts.css").write_text("svg { color: blue }")
    (tmp_path / "words.js").write_text('export const word = "é<b>";')
    main = """
import { word } from "holdfast/words";
export function start() {
  document.body.textContent = word + JSON.parse(document.getElementById("data").textContent).name;
  document.documentElement.dataset.ready = "yes";
}
"""
    (tmp_path / "main.js").write_text(main)
    return tmp_path


class Elements(HTMLParser):
    """The elements of a page as a browser parses them, with what stands in them."""

    def __init__(self, page):
        super().__init__()
        self.found, self._texts = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self._texts = []
        self.found.append((tag, dict(attrs), self._texts))

    def handle_endtag(self, tag):
        self._texts = []

    def handle_data(self, data):
        self._texts.append(data)

    def all(self, tag):
        return [(attrs, "".join(texts)) for name, attrs, texts in self.found if name == tag]


def hashed(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_a_live_page_loads_its_modules_from_the_server(static):
    page = Elements(document("Toy", None, True, static))
    imports = json.loads(page.all("script")[0][1])["imports"]
    assert imports == {
        "holdfast/main": "/static/main.js",
        "holdfast/words": "/static/words.js",
    }
    assert json.loads(page.all("script")[1][1]) == {"live": True}


def test_a_report_carries_its_modules_and_points_nowhere(static):
    page = document("Toy", {"live": False}, False, static)
    imports = json.loads(Elements(page).all("script")[0][1])["imports"]
    head, _, code = imports["holdfast/words"].partition(",")
    assert head == "data:text/javascript;base64"
    assert base64.b64decode(code).decode() == 'export const word = "é<b>";'
    assert not re.search(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?//""", page)


def test_a_report_without_values_is_refused():
    with pytest.raises(ValueError, match="a report needs a bundle"):
        document("Toy", None, live=False)


def test_hostile_names_stay_text(static):
    page = document(HOSTILE, {"name": HOSTILE, "other": "{{title}}"}, False, static)
    elements = Elements(page)
    assert len(elements.all("script")) == 3
    assert unescape(elements.all("title")[0][1]) == HOSTILE
    data = elements.all("script")[1][1]
    assert json.loads(data) == {"name": HOSTILE, "other": "{{title}}"}
    assert "\u2028" not in data
    assert "<" not in data


def test_a_number_that_is_not_finite_cannot_be_shown(static):
    with pytest.raises(ValueError, match="not JSON compliant"):
        document("Toy", {"x": float("nan")}, False, static)


@pytest.mark.parametrize("live", [True, False])
def test_the_policy_names_every_inline_script_and_style_by_its_hash_and_no_other(static, live):
    page = Elements(document("Toy", {"name": "x"}, live, static))
    rules = dict(r.split(" ", 1) for r in page.all("meta")[0][0]["content"].split("; "))
    imports, _, boot = [text for _, text in page.all("script")]
    modules_from = "'self'" if live else "data:"
    assert rules["script-src"].split() == [hashed(imports), hashed(boot), modules_from]
    assert rules["style-src"] == hashed(page.all("style")[0][1])
    assert rules["default-src"] == "'none'"
    assert rules["connect-src"] == ("'self'" if live else "'none'")
    assert "unsafe" not in str(rules)


def test_the_policy_does_not_depend_on_what_is_shown(static):
    shown = Elements(document(HOSTILE, {"name": HOSTILE}, False, static))
    assert shown.all("meta")[0][0]["content"] == policy(False, static)


def test_the_page_has_both_its_styles(static):
    style = Elements(document("Toy", None, True, static)).all("style")[0][1]
    assert style == "body { color: red }\nsvg { color: blue }"


def test_our_own_page_can_be_written_in_both_lives():
    for live in (True, False):
        page = Elements(document("Toy", {"live": live}, live))
        assert page.all("meta")[-1][0]["content"] == policy(live)
        assert len(page.all("script")) == 3


def test_our_modules_import_each_other_by_bare_name_and_all_of_them_exist():
    ours = modules()
    for name, code in ours.items():
        asked = re.findall(
            r"""^\s*(?:import|export)\b[^;]*?\bfrom\s+"([^"]+)\"""", code.decode(), re.M
        )
        for address in asked:
            assert address.removeprefix("holdfast/") in ours, f"{name} imports {address}"


@pytest.mark.slow
@needs_chromium
def test_a_browser_runs_the_modules_of_a_report_and_no_script_that_came_with_it(static, tmp_path):
    page = document("Toy", {"name": HOSTILE}, False, static)
    smuggled = "<script>document.title = 'taken'</script><b onclick='1' style='color:red'>"
    (tmp_path / "report.html").write_text(page + smuggled)
    said, asked = [], []
    with chromium() as browser:
        tab = browser.new_page()
        tab.on("console", lambda message: said.append(message.text))
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto((tmp_path / "report.html").as_uri())
        tab.wait_for_selector("html[data-ready=yes]")
        shown, title = tab.evaluate("[document.body.textContent, document.title]")
        colour = tab.evaluate("getComputedStyle(document.body).color")
    assert shown == "é<b>" + HOSTILE
    assert (title, colour) == ("Toy", "rgb(255, 0, 0)")
    assert any("violates" in words and "inline script" in words for words in said)
    assert all(url.startswith(("file:", "data:")) for url in asked)
