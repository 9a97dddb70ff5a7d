"""Debian's Chromium, headless, for the tests of the page."""

from contextlib import contextmanager
from pathlib import Path

import pytest

PROGRAM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

needs_chromium = pytest.mark.skipif(
    not PROGRAM.exists(), reason="no Chromium here: `apt-get install chromium` and try again"
)


@contextmanager
def chromium():
    """A browser, closed in the end."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(PROGRAM), args=FLAGS)
        yield browser
        browser.close()
