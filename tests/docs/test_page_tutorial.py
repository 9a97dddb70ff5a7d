"""Every step of the walk through the page can be taken on the real scenario."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from chromium import chromium, needs_chromium

PAGE = Path(__file__).parents[2] / "docs" / "page.md"
DONE = "html[data-run]:not([data-busy])"
STATE = "window.holdfast.store.state"


def timeline(page):
    page.locator("#scrub").fill("70")
    page.locator("#timeline .date", has_text="2021-07-10").wait_for()


def against(page):
    page.get_by_label("Map shows").select_option(label="Model against record")
    page.locator("#legend").get_by_text("record only").wait_for()


def tracker(page):
    choice = page.get_by_label("As counted by")
    before = page.locator("figure[data-figure=lost] svg").inner_html()
    label = choice.locator("option", has_text="Long War Journal").first.inner_text()
    choice.select_option(label=label)
    page.locator("#lost").get_by_text("administer").first.wait_for()
    assert page.locator("figure[data-figure=lost] svg").inner_html() != before


def find(page):
    page.locator("#find-box").fill("Dawlat Abad, Faryab")
    page.keyboard.press("Enter")
    page.locator(".chosen").get_by_text("Dawlat Abad, Faryab. Simulated").wait_for()


def why(page):
    page.locator("#why").get_by_text("Why did it fall? Dawlat Abad").wait_for()
    page.locator("#why").get_by_text("chance and what is not explained").first.wait_for()


def off(page):
    page.get_by_role("button", name="Keep as B").click()
    page.locator("[data-mechanism=contagion] input[type=checkbox]").click()
    page.wait_for_selector("html[data-busy]", state="attached")
    page.wait_for_selector(DONE, state="attached")
    assert page.evaluate(f"{STATE}.a.world") == "contagion.strength = 0"


def compare(page):
    page.get_by_role("button", name="Show on the map").click()
    page.locator("#compare").get_by_text("the same dice in both").wait_for()
    assert page.evaluate(f"{STATE}.mode") == "ab"


def schedule(page):
    series = page.locator("[data-series=air_support]")
    series.locator("summary").click()
    level = series.locator("input[type=number]").last
    level.fill("1")
    level.blur()
    page.wait_for_selector("html[data-busy]", state="attached")
    page.wait_for_selector(DONE, state="attached")
    assert "air_support" in page.evaluate(f"{STATE}.a.world")


def csv(page):
    with page.expect_download() as download:
        page.locator("figure[data-figure=lost] button", has_text="CSV").click()
    assert len(Path(download.value.path()).read_text().strip().splitlines()) == 108


def link(page):
    page.wait_for_url(re.compile("d=70.*p.contagion=0"))
    # of both runs at first, then of A alone
    for most, kept in ((1_300_000, "b.seed=1"), (1_000_000, "")):
        assert kept in page.url
        with page.expect_download() as download:
            page.get_by_role("link", name="Report").click()
        assert Path(download.value.path()).stat().st_size < most
        if kept:
            page.get_by_role("button", name="Drop B").click()
            page.wait_for_function("() => !location.hash.includes('b.seed')")


STEPS = [timeline, against, tracker, find, why, off, compare, schedule, csv, link]


def test_the_walk_and_its_test_have_the_same_steps():
    assert re.findall(r"<!-- step: (\w+) -->", PAGE.read_text("utf-8")) == [
        step.__name__ for step in STEPS
    ]


@pytest.mark.slow
@needs_chromium
def test_every_step_can_be_taken_on_the_real_scenario():
    call = [sys.executable, "-m", "holdfast", "serve", "--no-browser"]
    server = subprocess.Popen(call, stdout=subprocess.PIPE, text=True)
    try:
        url = re.search(r"http://127\.0\.0\.1:\d+/", server.stdout.readline())[0]
        with chromium() as browser:
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            page.set_default_timeout(120_000)
            page.goto(url)
            page.wait_for_selector(DONE, state="attached")
            for step in STEPS:
                step(page)
    finally:
        server.terminate()
        server.wait(20)
        server.stdout.close()
