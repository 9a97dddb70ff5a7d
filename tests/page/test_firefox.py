"""One pass through the page in Firefox, driven by WebDriver BiDi, which Firefox speaks itself."""

import itertools
import json
import re
import shutil
import subprocess
from contextlib import contextmanager

import pytest

from holdfast.study import load
from holdfast.study.about import about
from holdfast.study.page import page_of
from holdfast.study.simulate import simulate

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
PATIENCE = 60

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        FIREFOX is None, reason="no Firefox here: `apt-get install firefox-esr` and try again"
    ),
]


class Fox:
    """A tab of Firefox."""

    def __init__(self, socket):
        self._socket, self._numbers = socket, itertools.count()
        self.logged = []
        self.command("session.new", capabilities={})
        self.command("session.subscribe", events=["log.entryAdded"])
        self._tab = self.command("browsingContext.create", type="tab")["context"]

    def command(self, method, **params):
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            said = json.loads(self._socket.recv(PATIENCE))
            if said.get("method") == "log.entryAdded":
                self.logged.append((said["params"]["level"], said["params"]["text"]))
            if said.get("id") == number:
                assert said["type"] == "success", said
                return said["result"]

    def open(self, url):
        self.command("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    def say(self, expression):
        """Value of an expression in the page, which may be a promise."""
        told = self.command(
            "script.evaluate", expression=expression, target={"context": self._tab},
            awaitPromise=True,
        )  # fmt: skip
        assert told["type"] == "success", told
        return told["result"].get("value")

    def press(self, key):
        strokes = [{"type": kind, "value": key} for kind in ("keyDown", "keyUp")]
        keys = [{"type": "key", "id": "keys", "actions": strokes}]
        self.command("input.performActions", context=self._tab, actions=keys)


@contextmanager
def firefox(profile):
    from websockets.sync.client import connect

    call = [FIREFOX, "--headless", "--remote-debugging-port", "0", "--profile", str(profile)]
    process = subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        address = next(
            found[0] for line in process.stderr if (found := re.search(r"ws://\S+", line))
        )
        with connect(f"{address}/session", max_size=None, open_timeout=PATIENCE) as socket:
            yield Fox(socket)
    finally:
        process.terminate()
        process.communicate(timeout=20)


READY = """new Promise(ready => {
  const look = () => document.documentElement.dataset.ready ? ready(true) : setTimeout(look, 50);
  look();
})"""
CELLS = "[...document.querySelectorAll('path[data-district]')]"
COLOURS = f"{CELLS}.map(cell => cell.getAttribute('fill')).join()"
DRAWN = "new Promise(ok => requestAnimationFrame(() => requestAnimationFrame(() => ok(true))))"
END = "\ue010"


def test_firefox_draws_the_report_and_scrubs_it(tmp_path):
    run = simulate(load("ring"), members=10, seed=1)
    (tmp_path / "profile").mkdir()
    (tmp_path / "report.html").write_text(page_of(run, about(run, "a-run", 1.0)), "utf-8")
    with firefox(tmp_path / "profile") as fox:
        fox.open((tmp_path / "report.html").as_uri())
        assert fox.say(READY)
        cells = fox.say("document.querySelectorAll('[data-district]').length")
        assert cells == 12
        fox.say("window.holdfast.store.set({day: 0})")
        fox.say(DRAWN)
        before = fox.say(COLOURS)
        fox.press(END)
        fox.say(DRAWN)
        assert fox.say("window.holdfast.store.state.day") == 59
        assert fox.say(COLOURS) != before
        assert fox.say("document.querySelectorAll('figure svg').length") >= 5
    assert [words for level, words in fox.logged if level == "error"] == []
