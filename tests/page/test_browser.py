"""The page in Debian's Chromium: a report from disk with the network off, and the live page.

The war is the ring, fought for real; every wait is for something the page says of itself.
"""

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from chromium import chromium, needs_chromium
from holdfast.study import load
from holdfast.study.about import about
from holdfast.study.page import page_of, run_of
from holdfast.study.simulate import simulate

PATIENCE = 120_000  # ms; a busy machine compiles for long
WIDE, PHONE = {"width": 1400, "height": 900}, {"width": 400, "height": 800}
DONE = "html[data-run]:not([data-busy])"
UNFOLD = "document.querySelectorAll('details').forEach(node => { node.open = true; })"
LOST = "figure[data-figure=lost] > svg"

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def browser():
    with chromium() as made:
        yield made


class Tab:
    """A tab, with everything that it asked for and complained of."""

    def __init__(self, browser, size=WIDE, offline=False):
        self.context = browser.new_context(viewport=size, offline=offline)
        self.context.set_default_timeout(PATIENCE)
        self.page = self.context.new_page()
        self.asked, self.wrong = [], []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", self._hear)

    def _hear(self, message):
        if message.type in ("error", "warning"):
            self.wrong.append(message.text)

    def open(self, url):
        self.page.goto(url)
        self.page.wait_for_selector("html[data-ready=yes]", state="attached")
        return self

    def done(self):
        """Wait until the run that was asked for is complete; its id."""
        return self.page.wait_for_selector(DONE, state="attached").get_attribute("data-run")

    def state(self, key):
        return self.page.evaluate(f"window.holdfast.store.state.{key}")

    def colours(self):
        cells = self.page.locator("path[data-district]")
        return cells.evaluate_all("cells => cells.map(cell => cell.getAttribute('fill'))")

    def settled(self):
        """Everything that was set has been drawn."""
        self.page.evaluate(
            "new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
        )

    def said(self):
        """Everything that the page complained of, but what the browser says of a refusal."""
        return [words for words in self.wrong if not words.startswith("Failed to load resource")]

    def faults(self):
        """What axe finds, WCAG 2.2 included."""
        from axe_playwright_python.sync_playwright import Axe

        rules = {"rules": {"target-size": {"enabled": True}}}
        found = Axe().run(self.page, options=rules).response["violations"]
        return [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found]

    def fetched(self, press):
        with self.page.expect_download() as download:
            press()
        return Path(download.value.path()).read_bytes(), download.value.suggested_filename


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A report with a run to compare with, on disk."""
    ring = load("ring")
    run, other = (simulate(ring, members=20, seed=seed) for seed in (1, 2))
    shown = run_of(other, about(other, "other", 1.0)) | {"push": None}
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(page_of(run, about(run, "a-run", 1.0), other=shown), "utf-8")
    return file.as_uri()


@pytest.fixture(scope="module")
def served():
    """`holdfast serve ring`, as a user starts it."""
    call = [sys.executable, "-m", "holdfast", "serve", "ring", "--no-browser"]
    server = subprocess.Popen(call, stdout=subprocess.PIPE, text=True)
    found = re.search(r"http://127\.0\.0\.1:\d+/", server.stdout.readline())
    yield found[0]
    server.terminate()
    server.wait(20)
    server.stdout.close()


@pytest.fixture
def told(browser, report):
    tab = Tab(browser, offline=True).open(report)
    yield tab
    assert tab.wrong == []
    assert all(url.startswith(("file:", "data:", "blob:")) for url in tab.asked)
    tab.context.close()


@pytest.fixture
def live(browser, served):
    tab = Tab(browser).open(served)
    tab.done()
    yield tab
    assert tab.wrong == []
    assert all(url.startswith((served, "data:", "blob:")) for url in tab.asked)
    tab.context.close()


# ------------------------------------------------------------------- a report from disk


def test_every_district_is_there_and_has_a_name(told):
    named = told.page.locator("path[data-district], .chip[data-district]")
    assert named.count() == 12
    for label in named.evaluate_all("all => all.map(x => x.getAttribute('aria-label') || x.title)"):
        assert "," in label  # name and province


def test_to_scrub_changes_colours_and_the_date(told):
    scrub = told.page.locator("#scrub")
    scrub.fill("0")
    told.settled()
    before = told.colours()
    scrub.fill("59")
    told.settled()
    assert told.colours() != before
    assert "2001-03-01" in told.page.locator("#timeline").inner_text()


def test_keys_move_the_day_unless_one_types(told):
    press = told.page.keyboard.press
    for key, day in (("Home", 0), ("ArrowRight", 1), ("Shift+ArrowRight", 8), ("End", 59)):
        press(key)
        assert told.state("day") == day, key
    told.page.locator("#find-box").focus()
    press("ArrowLeft")
    press("Space")
    assert told.state("day") == 59
    assert not told.state("playing")


def test_play_goes_by_the_clock_and_stops_at_the_end(told):
    told.page.keyboard.press("Home")
    told.page.get_by_label("Days per second").select_option("30")
    begun = told.page.evaluate("performance.now()")
    told.page.keyboard.press("Space")
    told.page.wait_for_function("() => window.holdfast.store.state.day === 59")
    assert told.page.evaluate("performance.now()") - begun >= 59 / 30 * 1000 * 0.9
    told.settled()
    assert not told.state("playing")


def test_the_find_box_chooses_and_why_it_fell_is_told(told):
    told.page.locator("#find-box").fill("Cairn")
    told.page.keyboard.press("Enter")
    told.page.locator("#why").get_by_text("Why did it fall? Cairn").wait_for()
    assert "of 20 wars" in told.page.locator("#why").inner_text()
    assert "no proof of causes" in told.page.locator("#why").inner_text()


def test_arrows_on_the_map_go_to_a_neighbour(told):
    told.page.locator("#find-box").fill("Cairn")
    told.page.keyboard.press("Enter")
    chosen = told.state("chosen")
    told.page.locator("figure[data-figure=map] svg[role=listbox]").focus()
    been = set()
    for key in ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"):
        told.page.keyboard.press(key)
        been.add(told.state("chosen"))
    assert been - {chosen, None}
    assert told.state("day") == 59


def test_two_runs_are_compared_with_their_dice_named(told):
    assert "Seeds differ (1 and 2)" in told.page.locator("#compare").inner_text()


def test_the_csv_has_a_row_a_day(told):
    button = told.page.locator("figure[data-figure=lost] button", has_text="CSV")
    text, name = told.fetched(button.click)
    rows = text.decode().strip().splitlines()
    assert len(rows) == 61
    assert rows[0].startswith("day,date,")
    assert name.startswith("holdfast-a-run-lost")


def test_an_axis_of_several_years_names_each_year_once(told):
    drawn = """async () => {
      const { frame } = await import("holdfast/chart");
      const theatre = { start: "1989-02-15", days: 1171 };
      const { svg } = frame(theatre, { width: 420, height: 200, top: 10, label: "" });
      return [...svg.querySelectorAll("text")].map((node) => node.textContent);
    }"""
    dates = [words for words in told.page.evaluate(drawn) if not words.isdigit()]
    assert dates[0] == "15 Feb 1989"
    years = [words.split()[2] for words in dates if len(words.split()) == 3]
    assert years == ["1989", "1990", "1991"]  # no room for one of 1992
    assert len(dates) > len(years)


@pytest.mark.parametrize("figure", ["map", "lost", "soldiers"])
def test_pictures_open_and_say_that_they_are_simulated(told, figure):
    buttons = told.page.locator(f"figure[data-figure={figure}] button")
    picture, _ = told.fetched(buttons.filter(has_text="SVG").click)
    words = " ".join(ET.fromstring(picture).itertext())
    for said in ("imulated", "a-run", "ot for planning operations"):
        assert said in words, said
    picture, _ = told.fetched(buttons.filter(has_text="PNG").click)
    assert picture.startswith(b"\x89PNG\r\n")
    width, height = (int.from_bytes(picture[i : i + 4]) for i in (16, 20))
    assert min(width, height) > 300


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(browser, report, size):
    tab = Tab(browser, size).open(report)
    tab.page.evaluate(UNFOLD)
    assert tab.faults() == []
    wide = tab.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
    tab.context.close()


SEEN = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return null;
  const { left, top, width, height } = node.getBoundingClientRect();
  const parts = [0.1, 0.5, 0.9];
  const places = parts.flatMap(x => parts.map(y => [left + x * width, top + y * height]));
  const seen = places.filter(([x, y]) => {
    const there = document.elementFromPoint(x, y);
    return there && (node.contains(there) || there.closest("label")?.contains(node));
  }).length;
  const words = node.getAttribute("aria-label") || node.textContent || node.id;
  const small = height < 80 && width < 400;
  return { words: words.slice(0, 60), hidden: seen === 0 || (small && seen < 9) };
}"""


def hidden_stops(tab):
    """Walk through all that Tab reaches; what is under something else when it has the focus."""
    found, stops = [], 0
    while True:
        tab.page.keyboard.press("Tab")
        stop = tab.page.evaluate(SEEN)
        if stop is None:
            assert stops > 50
            return found
        stops += 1
        found += [stop["words"]] if stop["hidden"] else []


def test_no_tab_stop_is_hidden_on_a_phone(browser, report):
    tab = Tab(browser, PHONE).open(report)
    tab.page.evaluate(UNFOLD)
    assert hidden_stops(tab) == []
    tab.context.close()


BURNT = """async heights => {
  const { burnInto } = await import("holdfast/burn");
  const figure = document.querySelector("figure[data-figure=map]");
  const drawn = heights.map(height => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    figure.append(svg);
    burnInto(svg, 1000, height)(["2021-08-15", "Simulated", "afghanistan-2021-".repeat(3)]);
    return svg;
  });
  await new Promise(ready => setTimeout(ready, 50));
  const told = [figure.querySelector("svg[role=listbox]"), ...drawn].map(svg => {
    const stamp = svg.querySelector(".stamp");
    const [type, all] = [stamp, svg].map(node => node.getBoundingClientRect());
    const across = type.left >= all.left && type.right <= all.right;
    const pixels = stamp.getAttribute("font-size") * stamp.getScreenCTM().a;
    const inside = across && type.bottom <= all.bottom + 1;
    return [stamp.textContent.includes("Simulated"), inside, pixels];
  });
  drawn.forEach(svg => svg.remove());
  return told;
}"""


def test_the_map_says_simulated_in_type_that_can_be_read_at_every_size_and_on_paper(told):
    sizes = [(390, 844), (720, 450), (1440, 900), (2560, 1440)]
    for width, height in sizes:
        told.page.set_viewport_size({"width": width, "height": height})
        told.settled()
        # as wide as Afghanistan, as tall as Vietnam
        for simulated, inside, pixels in told.page.evaluate(BURNT, [761, 1723]):
            assert (simulated, inside) == (True, True), (width, height)
            assert pixels == pytest.approx(13, abs=0.1), (width, height)
    told.page.emulate_media(media="print")
    told.settled()
    assert told.page.evaluate(BURNT, [])[0][2] == pytest.approx(13, abs=0.1)
    assert told.page.locator(LOST).bounding_box()["height"] > 200


def test_pictures_and_swatches_are_the_same_in_dark_high_contrast(told):
    figures = [f"figure[data-figure={name}] > svg" for name in ("lost", "map", "soldiers")]
    # not at the head of the page, where the bar below lies over a picture
    told.page.set_viewport_size({"width": 1400, "height": 2000})
    told.settled()
    look = lambda: [told.page.locator(figure).screenshot() for figure in figures]  # noqa: E731
    colour = "node => getComputedStyle(node).backgroundColor"
    before = look()
    told.page.emulate_media(forced_colors="active", color_scheme="dark")
    assert told.page.locator("#lost").evaluate(colour) == "rgb(0, 0, 0)"
    assert told.page.locator("figure").first.evaluate(colour) == "rgb(255, 255, 255)"
    assert look() == before
    patch = """async () => {
      const { swatch } = await import("holdfast/dom");
      const chip = document.querySelector("#map").appendChild(swatch("#8c1d18"));
      return getComputedStyle(chip).backgroundColor;
    }"""
    assert told.page.evaluate(patch) == "rgb(140, 29, 24)"


def test_the_find_box_asks_which_of_two_namesakes_and_takes_a_name_as_it_is_typed(told):
    look = """async wanted => {
      const { mount } = await import("holdfast/find");
      const districts = [["AF1", "Dawlat Abad", "Balkh"], ["AF2", "Dawlat Abad", "Faryab"],
        ["AF3", "Kābul", "Kābul"], ["AF4", "Đà Nẵng", "Quảng Nam"], ["AF5", "Kunduz", "Kunduz"],
        ["AF6", "Twin", "Same"], ["AF7", "Twin", "Same"]]
        .map(([id, name, province]) => ({ id, name, province }));
      const state = { theatre: { districts }, chosen: 5 };
      const node = document.createElement("div");
      mount(node, { state, set: patch => Object.assign(state, patch) });
      const box = node.querySelector("input");
      box.value = wanted;
      box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
      const words = node.querySelector("[role=status]").textContent;
      return [districts[state.chosen]?.id ?? null, words];
    }"""
    for wanted, chosen in {
        "Dawlat Abad, Faryab": "AF2", "dawlat abad ,faryab": "AF2", "kabul": "AF3", "Kâbul": "AF3",
        "da nang": "AF4", "Kunduz city": "AF5", "AF1": "AF1", "Dawlatabad": None,
        "Twin, Same (AF7)": "AF7", "Dawlat Abad": None, "Twin, Same": None, "Nowhere": None,
    }.items():  # fmt: skip
        assert told.page.evaluate(look, wanted)[0] == chosen, wanted
    assert "Dawlat Abad, Balkh Dawlat Abad, Faryab" in told.page.evaluate(look, "Dawlat Abad")[1]
    assert "Twin, Same (AF6) Twin, Same (AF7)" in told.page.evaluate(look, "Twin, Same")[1]
    assert "No district is called “Nowhere”" in told.page.evaluate(look, "Nowhere")[1]


def test_play_stays_where_it_is_when_the_events_unfold(told):
    play = told.page.locator("#timeline .play")
    before = play.bounding_box()["x"]
    told.page.locator(".events summary").click()
    told.settled()
    assert play.bounding_box()["x"] == before


def test_a_map_that_is_taken_explains_its_dots_and_keeps_no_choice_of_its_author(told):
    take = told.page.locator("figure[data-figure=map] button", has_text="SVG").click
    plain, _ = told.fetched(take)
    told.page.locator("#find-box").fill("Cairn")
    told.page.keyboard.press("Enter")
    told.settled()
    chosen, _ = told.fetched(take)
    assert chosen == plain
    assert "taken in the record" in " ".join(ET.fromstring(plain).itertext())


# --------------------------------------------------------------------------- the live page


def test_an_explanation_switched_off_changes_the_war(live):
    before = live.state("a.fallen.reduce((sum, x) => sum + x)")
    row = live.page.locator("[data-mechanism=contagion] input[type=checkbox]")
    row.click()
    live.page.wait_for_selector("html[data-busy]", state="attached")
    live.done()
    assert live.state("a.world") == "contagion.strength = 0"
    assert live.state("a.fallen.reduce((sum, x) => sum + x)") != before


def test_the_latest_wish_wins_and_the_old_run_is_stopped(live, served):
    seed, again = live.page.locator("#seed"), live.page.get_by_role("button", name="Run again")
    live.page.locator("#members").fill("1000")
    answers = []
    live.page.on("response", lambda answer: answers.append(answer))
    for wish in range(10, 20):
        seed.fill(str(wish))
        again.click()
    live.page.locator("#members").fill("20")
    again.click()
    live.page.wait_for_function("() => window.holdfast.store.state.a.members === 20")
    live.done()
    assert live.state("a.seed") == 19
    # by its header: the page drops an outdated answer, and the browser may then drop its body
    asked = [a.headers["location"] for a in answers if a.status == 202]
    ended = [live.context.request.get(f"{served}{run[1:]}/events").text() for run in asked]
    assert sum("event: done" in text for text in ended) == 1
    assert all("event: stopped" in text for text in ended[:-1])


def test_the_main_chart_is_there_after_every_reload_link_and_second_tab(live, browser, served):
    """The run is in the server's cache, so that it comes in one part, and early."""
    label = "Districts in insurgent hands, simulated"
    assert live.page.locator(LOST).get_attribute("aria-label").startswith(label)
    live.page.reload()
    live.done()
    assert live.page.locator(LOST).get_attribute("aria-label").startswith(label)
    for url in (served, live.page.url + "#d=3&m=holds"):
        other = Tab(browser).open(url)
        other.done()
        assert other.page.locator(LOST).get_attribute("aria-label").startswith(label)
        other.context.close()


def test_a_server_that_has_forgotten_the_run_is_met_with_a_way_on(live):
    forgotten = {"status": 404, "json": {"error": "there is no such run"}}
    for what in ("why/*", "report"):
        live.page.route(f"**/api/runs/*/{what}", lambda route: route.fulfill(**forgotten))
    notice = live.page.locator("#notice")
    live.page.get_by_role("link", name="Report").click()
    notice.get_by_text("no longer has this run").wait_for()
    live.page.get_by_role("button", name="Run it again").click()
    live.done()
    assert notice.inner_text() == ""
    live.page.locator("#find-box").fill("Cairn")
    live.page.keyboard.press("Enter")
    notice.get_by_text("no longer has this run").wait_for()
    live.page.unroute_all()
    with live.page.expect_request(lambda request: "/why/" in request.url):
        live.page.get_by_role("button", name="Run it again").click()
        live.page.locator("#find-box").fill("Knoll")
        live.page.keyboard.press("Enter")
    other = {"status": 412, "json": {"error": "other data"}}
    live.page.route("**/api/runs", lambda route: route.fulfill(**other))
    live.page.get_by_role("button", name="Run again").click()
    live.page.get_by_role("button", name="Load the page again").wait_for()
    assert live.said() == []
    live.wrong.clear()


def test_a_run_is_kept_and_compared_under_the_same_dice(live, browser, tmp_path):
    live.page.get_by_role("button", name="Keep as B").click()
    live.page.locator("[data-mechanism=councils] input[type=checkbox]").click()
    live.page.wait_for_selector("html[data-busy]", state="attached")
    live.done()
    live.page.locator("#compare").get_by_text("same dice").first.wait_for()
    live.page.evaluate("window.holdfast.store.set({ mode: 'ab' })")
    live.settled()
    assert len(set(live.colours())) > 1
    live.page.wait_for_url(re.compile("b.seed=1"))
    other = Tab(browser).open(live.page.url)
    other.page.wait_for_function("() => window.holdfast.store.state.b")
    text, _ = live.fetched(live.page.get_by_role("link", name="Report").click)
    (tmp_path / "both.html").write_bytes(text)
    from_disk = Tab(browser, offline=True).open((tmp_path / "both.html").as_uri())
    for tab in (other, from_disk):
        for key in ("a.id", "a.world", "b.id", "b.world"):
            assert tab.state(key) == live.state(key), key
        tab.context.close()


def test_a_link_restores_day_district_and_world(live, browser, served):
    live.page.locator("[data-mechanism=pledge] input[type=checkbox]").click()
    live.page.wait_for_selector("html[data-busy]", state="attached")
    live.done()
    live.page.keyboard.press("Home")
    live.page.keyboard.press("Shift+ArrowRight")
    live.page.locator("#find-box").fill("Knoll")
    live.page.keyboard.press("Enter")
    live.page.wait_for_url(re.compile("d=7.*p.pledge=0"))
    other = Tab(browser).open(live.page.url)
    other.done()
    assert other.state("day") == 7
    assert other.state("theatre.districts[window.holdfast.store.state.chosen].name") == "Knoll"
    assert other.state("a.world") == "pledge.strength = 0"
    assert other.state("a.id") == live.state("a.id")  # fought once
    other.context.close()


def test_a_link_of_another_version_says_so(browser, served):
    tab = Tab(browser).open(f"{served}#d=5&v=0.0.1&p.magic=2&n=20")
    words = tab.page.locator("#notice").inner_text()
    assert "0.0.1" in words
    assert "magic" in words
    tab.context.close()


def test_why_is_asked_for_and_told_of_the_live_run(live):
    live.page.locator("#find-box").fill("Cairn")
    with live.page.expect_request(lambda request: "/why/" in request.url):
        live.page.keyboard.press("Enter")
    live.page.locator("#why svg").first.wait_for()
    live.page.locator("#why").get_by_text("no proof of causes").wait_for()


def test_the_report_of_a_live_run_opens_from_disk(live, browser, tmp_path):
    text, _ = live.fetched(live.page.get_by_role("link", name="Report").click)
    (tmp_path / "report.html").write_bytes(text)
    tab = Tab(browser, offline=True).open((tmp_path / "report.html").as_uri())
    assert tab.state("a.id") == live.state("a.id")
    assert tab.wrong == []
    tab.context.close()


def test_axe_finds_nothing_in_the_live_page_and_no_tab_stop_is_hidden(live):
    live.page.get_by_role("button", name="Keep as B").click()
    live.page.evaluate(UNFOLD)
    live.settled()
    assert live.faults() == []
    assert hidden_stops(live) == []


def test_the_first_load_is_under_half_a_megabyte(browser, served):
    tab = Tab(browser)
    sizes = []
    tab.page.on("response", lambda r: sizes.append((r.url, r)))
    tab.open(served)
    first = [r for url, r in sizes if "/api/runs" not in url and url.startswith(served)]
    assert sum(r.request.sizes()["responseBodySize"] for r in first) < 500_000
    assert json.dumps(tab.wrong) == "[]"
    tab.context.close()
