import socket
from urllib.parse import urlsplit

import httpx
import pytest

from holdfast.page.guard import MOST_BYTES, Bound
from holdfast.page.serve import listen
from page.conftest import running


def ask_from(toy, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return toy.client.post("/api/runs", json={"session": "guard"}, headers=named)


def raw(toy, request):
    """Status and rest of what is answered to bytes as they are."""
    at = urlsplit(toy.url)
    with socket.create_connection((at.hostname, at.port), timeout=5) as wire:
        wire.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            got = wire.recv(65536)
            if not got:
                break
            answer += got
    return int(answer.split()[1]), answer


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]", "LOCALHOST"])
def test_this_machine_may_be_called_by_all_its_names(toy, name):
    host = f"{name}:{urlsplit(toy.url).port}"
    assert toy.client.get("/api/theatre", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "name", ["evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.evil.example:{port}",
             "evil@127.0.0.1:{port}", "", "[::1", "localhost:{port}:{port}", "localhost:99999999"],
)  # fmt: skip
def test_a_name_that_was_bound_to_this_machine_by_somebody_else_is_refused(toy, name):
    host = name.format(port=urlsplit(toy.url).port)
    answer = toy.client.get("/api/theatre", headers={"host": host})
    assert answer.status_code == 403
    assert "this server is not called that" in answer.json()["error"]


def test_a_request_that_names_no_host_is_refused(toy):
    status, _ = raw(toy, b"GET /api/theatre HTTP/1.0\r\n\r\n")
    assert status in (400, 403)


@pytest.mark.parametrize("site", ["same-origin", "none", None])
def test_our_page_and_programs_may_post(toy, site):
    headers = {"sec_fetch_site": site} if site else {}
    assert ask_from(toy, **headers).status_code == 202
    assert ask_from(toy, origin=toy.url.rstrip("/"), **headers).status_code == 202


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"origin": ""},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"},
    ],
)
def test_a_page_from_elsewhere_may_not_post(toy, headers):
    answer = ask_from(toy, **headers)
    assert answer.status_code == 403
    assert answer.json() == {"error": "this request comes from a page of somebody else"}


def test_a_page_from_elsewhere_may_not_delete(toy):
    run = toy.ask("deleted")
    headers = {"origin": "http://evil.example"}
    assert toy.client.delete(f"/api/runs/{run}", headers=headers).status_code == 403


def test_a_page_from_elsewhere_may_link_to_us_but_not_read(toy):
    away = {"sec-fetch-site": "cross-site"}
    assert toy.client.get("/", headers=away | {"sec-fetch-mode": "navigate"}).status_code == 200
    assert (
        toy.client.get("/api/theatre", headers=away | {"sec-fetch-mode": "cors"}).status_code == 403
    )


def test_a_large_body_is_refused_whether_it_says_its_length_or_not(toy):
    large = b'{"session": "' + b"x" * MOST_BYTES + b'"}'
    assert toy.client.post("/api/runs", content=large).status_code == 413
    answer = toy.client.post("/api/runs", content=iter([large[:1000]] * 70))
    assert answer.status_code == 413
    assert answer.json() == {"error": "a request may have 64 KiB"}


def test_a_length_that_is_a_lie_is_refused(toy):
    host = urlsplit(toy.url).netloc.encode()
    for length in (b"99999999999999999999", b"-1", b"1e3"):
        head = b"POST /api/runs HTTP/1.1\r\nHost: %s\r\nContent-Length: %s\r\n\r\n" % (host, length)
        assert raw(toy, head)[0] in (400, 413)


@pytest.mark.parametrize("path", ["/", "/api/theatre", "/static/main.js", "/nothing"])
def test_every_answer_is_marked(toy, path):
    headers = toy.client.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] in ("no-store", "no-cache")
    assert "access-control-allow-origin" not in headers
    assert "server" not in headers


def test_refusals_are_marked_too(toy):
    answer = toy.client.get("/", headers={"host": "evil.example"})
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_on_this_machine_no_token_is_needed(toy):
    assert toy.token is None
    assert toy.client.get("/").status_code == 200


def test_where_others_can_reach_it_nothing_is_told_without_the_token(guarded):
    with httpx.Client(base_url=guarded.url, trust_env=False) as stranger:
        for path in ("/", "/api/theatre", "/static/main.js", "/?token=", "/?token=guessed", "/no"):
            answer = stranger.get(path)
            assert answer.status_code == 403
            assert "?token=" in answer.json()["error"]
            assert "set-cookie" not in answer.headers
        name = f"holdfast-{urlsplit(guarded.url).port}"
        cookie = f"other; {name}=é; {name}".encode()
        assert stranger.get("/", headers={b"cookie": cookie}).status_code == 403


def test_the_token_opens_once_and_a_cookie_keeps_open(guarded):
    with httpx.Client(base_url=guarded.url, trust_env=False) as guest:
        first = guest.get("/", params={"token": guarded.token})
        assert first.status_code == 200
        cookie = first.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert guest.get("/api/theatre").status_code == 200
        assert guest.post("/api/runs", json={"session": "guest"}).status_code == 202


def test_where_others_can_reach_it_addresses_are_known_and_strange_names_are_not(guarded):
    token = {"token": guarded.token}
    for host, status in [("192.168.1.7:8750", 200), ("localhost:9000", 200), ("evil.example", 403)]:
        got = guarded.client.get("/api/theatre", params=token, headers={"host": host})
        assert got.status_code == status, host


def test_the_address_to_open_is_one_of_this_machine():
    assert Bound("127.0.0.1", 8750).url == "http://127.0.0.1:8750/"
    assert Bound("::1", 8750).url == "http://[::1]:8750/"
    assert Bound("0.0.0.0", 8750, "abc").url == "http://127.0.0.1:8750/?token=abc"


def browser(guarded):
    accepts = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    return httpx.Client(base_url=guarded.url, trust_env=False, headers=accepts)


def test_the_token_does_not_stay_in_the_address_bar(guarded):
    """The page that comes leads on to the address without it, with the cookie to go in there."""
    with browser(guarded) as guest:
        first = guest.get("/", params={"token": guarded.token})
        assert 'http-equiv="refresh" content="0; url=./"' in first.text
        assert guarded.token not in first.text
        assert "<script" in guest.get("/").text


def test_a_ticket_opens_once_and_no_other_does():
    door = listen("0.0.0.0", 0)
    door.socket.close()
    assert door.bound.token not in door.bound.url_for_once
    with running("0.0.0.0") as toy, browser(toy) as first, browser(toy) as second:
        for guess in ("", "guessed"):
            assert second.get("/", params={"ticket": guess}).status_code == 403
        assert first.get("/", params={"ticket": toy.ticket}).status_code == 200
        assert first.get("/api/theatre").status_code == 200
        assert second.get("/", params={"ticket": toy.ticket}).status_code == 403
        assert second.get("/api/theatre").status_code == 403


def test_the_address_for_a_browser_on_this_machine_is_plain():
    assert Bound("127.0.0.1", 8750).url_for_once == "http://127.0.0.1:8750/"
    assert Bound("0.0.0.0", 8750, "abc", "x").url_for_once == "http://127.0.0.1:8750/?ticket=x"


@pytest.mark.parametrize("port", [-1, 65_536, 70_000, 10**20])
def test_a_port_that_is_none_is_refused_with_words(port):
    """The kernel took 70000 for 4464."""
    with pytest.raises(OSError, match=f"port {port} is none"):
        listen("127.0.0.1", port)


def test_a_taken_port_is_refused_with_words_or_passed_over():
    door = listen()
    with door.socket:
        port = door.bound.port
        with pytest.raises(OSError, match=f"port {port} of 127.0.0.1 is taken"):
            listen("127.0.0.1", port)
        other = listen()
        other.socket.close()
        assert other.bound.port > port


def test_a_host_that_is_not_ours_is_refused_with_words():
    for host in ("no.such.name.invalid", "203.0.113.1", "a" * 300, "a..b", "\udcff"):
        with pytest.raises(OSError, match="is no address of this machine"):
            listen(host, 0)


def test_only_a_door_that_others_can_reach_has_a_token():
    for host, open_to_all in [("127.0.0.1", False), ("localhost", False), ("0.0.0.0", True)]:
        door = listen(host, 0)
        door.socket.close()
        assert (door.bound.token is not None) == open_to_all
