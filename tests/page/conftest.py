"""A server of made-up wars on a port of its own, and a browser-like way to listen to it."""

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import pytest

from holdfast.page.app import make_app
from holdfast.page.document import document
from holdfast.page.serve import listen, make_server
from page.fights import check, fight, theatre


@dataclass
class Toy:
    """A running server, and a client that talks to it."""

    url: str
    token: str | None
    client: httpx.Client
    ticket: str | None = None

    def ask(self, session="tab", **asked):
        answer = self.client.post("/api/runs", json={"session": session, **asked})
        assert answer.status_code == 202, answer.text
        return answer.json()["id"]

    def listen(self, run):
        """Everything that is heard of a run until it is over: names and values."""
        with self.client.stream("GET", f"/api/runs/{run}/events") as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            name = ""
            for line in stream.iter_lines():
                kind, _, rest = line.partition(": ")
                if kind == "event":
                    name = rest
                elif kind == "data":
                    yield name, json.loads(rest)


def report(theatre, run, other=None):
    bundle = {"live": False, "theatre": theatre, "a": run, "b": other}
    return document(theatre["title"], bundle, live=False)


@contextmanager
def running(host="127.0.0.1", reported=report, patience=None):
    door = listen(host, 0)
    app = make_app(theatre(), check, fight, "toy", reported, door.bound)
    server = make_server(app, patience=patience)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door.socket]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    url = door.bound.url.split("?")[0]
    try:
        with httpx.Client(base_url=url, timeout=10, trust_env=False) as client:
            yield Toy(url, door.bound.token, client, door.bound.ticket)
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def toy():
    with running() as toy:
        yield toy


@pytest.fixture(scope="module")
def guarded():
    """The same where others than this machine can reach it."""
    with running("0.0.0.0") as toy:
        yield toy
