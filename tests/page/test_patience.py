"""Nobody is waited for without end, and no stranger keeps the owner of the page out."""

import socket
import time
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from holdfast.page.guard import MOST_BYTES, MOST_UNDER_WAY
from holdfast.page.patience import Patience
from page.conftest import running
from page.fights import SLOW

SHORT = Patience(head=0.4, body=0.6, reading=0.5, slowest=10_000_000.0)
POST = b"POST /api/runs HTTP/1.1\r\nHost: %s\r\n"


@pytest.fixture(scope="module")
def hasty():
    """A server whose patience is short."""
    with running(patience=SHORT) as toy:
        yield toy


@pytest.fixture
def wire(hasty):
    """Connections to it, as bare sockets."""
    at, made = urlsplit(hasty.url), []

    def connect():
        made.append(socket.create_connection((at.hostname, at.port), timeout=10))
        return made[-1]

    yield connect
    for one in made:
        one.close()


def seconds_until_hung_up(one, drip=b""):
    """How long the server waits for one who sends a byte now and then, or none."""
    began = time.monotonic()
    one.settimeout(0.1)
    while time.monotonic() - began < 10:
        try:
            if drip:
                one.sendall(drip)
            if one.recv(65536) == b"":
                break
        except TimeoutError:
            continue
        except OSError:
            break
    return time.monotonic() - began


def head(toy):
    return POST % urlsplit(toy.url).netloc.encode()


@pytest.mark.parametrize("drip", [b"", b"a"], ids=["nothing more", "a byte at a time"])
@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nX: "], ids=["nothing", "half a head"])
def test_a_head_that_does_not_come_is_not_waited_for(wire, begun, drip):
    one = wire()
    one.sendall(begun)
    assert 0.3 < seconds_until_hung_up(one, drip) < 2


@pytest.mark.parametrize("rest", [
    b"Content-Length: 100\r\n\r\n{",
    b"Transfer-Encoding: chunked\r\n\r\n10\r\n{",
    b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n{",
    b"Transfer-Encoding: chunked\r\n\r\n",
], ids=["short", "chunk", "huge chunk", "none"])  # fmt: skip
def test_a_body_that_does_not_come_is_not_waited_for(hasty, wire, rest):
    one = wire()
    one.sendall(head(hasty) + rest)
    assert 0.5 < seconds_until_hung_up(one) < 2


def test_the_second_head_of_a_connection_has_its_time_too(hasty, wire):
    one = wire()
    one.sendall(b"GET /api/theatre HTTP/1.1\r\nHost: %s\r\n\r\n"
                % urlsplit(hasty.url).netloc.encode())  # fmt: skip
    assert b"200 OK" in one.recv(65536)
    one.sendall(b"GET / HT")
    assert 0.3 < seconds_until_hung_up(one, b"a") < 2


def asks_without_reading(one, ask):
    """Whether the server hangs up on one who asks again and again and takes no answer."""
    one.settimeout(0.2)
    began = time.monotonic()
    while time.monotonic() - began < 8:
        try:
            one.sendall(ask * 200)
        except TimeoutError:
            continue
        except OSError:
            return True
    return False


def test_who_asks_and_does_not_read_is_not_waited_for(hasty, wire):
    ask = b"GET / HTTP/1.1\r\nHost: %s\r\n\r\n" % urlsplit(hasty.url).netloc.encode()
    assert asks_without_reading(wire(), ask)


def test_strangers_who_wait_do_not_keep_the_owner_out():
    """They are few, and the first gives way; who listens is none of them."""
    with running(patience=Patience(of_an_address=16)) as toy, ExitStack() as opened:
        at = urlsplit(toy.url)

        def sent(data):
            one = socket.create_connection((at.hostname, at.port), timeout=5)
            one.sendall(data)
            return opened.enter_context(one)

        run = toy.ask("owner", members=500, seed=SLOW)
        listens = sent(b"GET /api/runs/%s/events HTTP/1.1\r\nHost: %s\r\n\r\n"
                       % (run.encode(), at.netloc.encode()))  # fmt: skip
        assert b"200 OK" in listens.recv(65536)
        strangers = []
        for _ in range(5):
            strangers += [sent(b"GET / HTTP/1.1\r\nX: ") for _ in range(20)]
            assert toy.client.get("/api/theatre").status_code == 200
        time.sleep(0.2)
        assert sum(map(is_hung_up, strangers)) >= 84
        assert not any(map(is_hung_up, strangers[-10:]))
        assert listens.recv(65536), "who listens was sent away for strangers"
        toy.client.delete(f"/api/runs/{run}")


def is_hung_up(one):
    one.setblocking(False)
    try:
        return one.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def test_patience_is_what_the_manual_says():
    usual = Patience()
    assert (usual.head, usual.body) == (10, 30)
    assert usual.strangers + usual.guests + MOST_UNDER_WAY < 1024, (
        "open files that a process may have"
    )
    assert MOST_BYTES / usual.body < 10_000, "who has a slow line sends a body in time"
