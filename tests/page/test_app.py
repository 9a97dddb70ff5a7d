import asyncio
import gzip
import json
import multiprocessing
import time
from urllib.parse import quote

import httpx
import pytest

from page.conftest import running
from page.fights import HOSTILE, NAMES, SLOW, STUCK, WRONG, theatre


def test_a_run_is_told_part_by_part_over_the_wire_as_it_comes(toy):
    began = time.monotonic()
    told = [(name, run["members"], time.monotonic() - began)
            for name, run in toy.listen(toy.ask(members=20, seed=SLOW))]  # fmt: skip
    assert [name for name, *_ in told][-1] == "done"
    assert {name for name, *_ in told[:-1]} == {"part"}
    assert [n for _, n, _ in told] == sorted(n for _, n, _ in told)
    assert told[-1][2] - told[0][2] > 0.2  # the first was not kept back until the last


def test_the_latest_wish_of_a_tab_stops_the_one_before(toy):
    first = toy.ask("impatient", members=500, seed=SLOW)
    second = toy.ask("impatient")
    assert [name for name, _ in toy.listen(first)][-1] == "stopped"
    assert [name for name, _ in toy.listen(second)][-1] == "done"


def test_a_run_can_be_stopped(toy):
    run = toy.ask(members=500, seed=SLOW)
    assert toy.client.delete(f"/api/runs/{run}").status_code == 204
    assert list(toy.listen(run))[-1] == ("stopped", {})
    assert toy.client.delete("/api/runs/none").status_code == 404


def test_a_run_that_fails_says_why(toy):
    assert list(toy.listen(toy.ask(seed=WRONG))) == [
        ("failed", {"error": "no such war can be fought"})
    ]


def test_a_run_can_be_asked_for_again_with_its_reasons_and_its_report(toy):
    run = toy.ask(members=2, strengths={"pledge": 0})
    *_, (_, told) = toy.listen(run)
    assert toy.client.get(f"/api/runs/{run}").json() == told
    assert told["asked"]["strengths"] == {"pledge": 0}
    assert "session" not in told["asked"]
    why = toy.client.get(f"/api/runs/{run}/why/D1").json()
    assert why["push"] == [[0.05, 0.1, -0.15], [0.2, 0.25, None]]
    report = toy.client.get(f"/api/runs/{run}/report")
    assert report.headers["content-disposition"].startswith("attachment; filename=")
    data = report.text.split('id="data">')[1].split("</script>")[0]
    bundle = json.loads(data)
    assert bundle["theatre"]["districts"][1]["name"] == HOSTILE
    assert bundle["a"]["push"] is not None
    assert report.text.count("<script") == 3


def test_a_report_has_the_run_that_is_compared_with_and_none_that_is_forgotten(toy):
    runs = [toy.ask(session=str(members), members=members) for members in (2, 3)]
    for run in runs:
        list(toy.listen(run))
    report = toy.client.get(f"/api/runs/{runs[0]}/report", params={"b": runs[1]})
    data = json.loads(report.text.split('id="data">')[1].split("</script>")[0])
    assert [data[side]["members"] for side in "ab"] == [2, 3]
    assert data["a"]["push"]
    assert data["b"]["push"] is None
    forgotten = toy.client.get(f"/api/runs/{runs[0]}/report", params={"b": "x"})
    assert (forgotten.status_code, "no such run" in forgotten.json()["error"]) == (404, True)


def test_a_page_of_other_data_or_another_version_is_told_so(toy):
    ask = {"json": {"session": "tab"}}
    for tag, status in ((f'"{"0" * 16}-0.1.0"', 202), ('"other-0.1.0"', 412), ("*", 202)):
        answer = toy.client.post("/api/runs", headers={"if-match": tag}, **ask)
        assert answer.status_code == status, tag
    assert (
        "other scenario data"
        in toy.client.post("/api/runs", headers={"if-match": '"x"'}, **ask).json()["error"]
    )


def test_a_district_may_have_a_name_like_a_path(toy):
    run = toy.ask()
    list(toy.listen(run))
    assert "/" in NAMES[2]
    asked = f"/api/runs/{run}/why/"
    assert toy.client.get(asked + quote(NAMES[2], safe="")).status_code == 200
    assert toy.client.get(asked + "nowhere").status_code == 404


def test_hostile_names_reach_the_page_as_text(toy):
    page = toy.client.get("/").text
    assert page.count("<script") == 3
    assert "alert(&quot;{{data}}&quot;)" in page
    assert toy.client.get("/api/theatre").json() == theatre()


def test_the_theatre_travels_small_and_once(toy):
    with toy.client.stream("GET", "/api/theatre") as sent:
        assert sent.headers["content-encoding"] == "gzip"
        assert json.loads(gzip.decompress(b"".join(sent.iter_raw()))) == theatre()
    tag = sent.headers["etag"]
    for known in (tag, f'"other", W/{tag}'):
        again = toy.client.get("/api/theatre", headers={"if-none-match": known})
        assert (again.status_code, again.content) == (304, b"")
    assert toy.client.get("/api/theatre", headers={"if-none-match": '"other"'}).status_code == 200


def test_modules_are_served_and_nothing_beside_them(toy):
    got = toy.client.get("/static/main.js")
    assert got.headers["content-type"] == "text/javascript; charset=utf-8"
    for path in ("nothing.js", "page.html", "..%2fapp.js", "../app.py", "%2e%2e%2fmain.js", ".js"):
        assert toy.client.get(f"/static/{path}").status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"", 400, "not JSON"),
        (b"[1]", 400, "not a JSON object"),
        (b"\xff", 400, "not JSON"),
        (b"[" * 60_000, 400, "nested too deeply"),
        (b'{"session": "a", "members": NaN}', 400, "NaN is no number"),
        (b'{"session": "a", "strengths": {"pledge": 1e999}}', 400, "1e999 is no number"),
        (b'{"session": "a", "members": ' + b"9" * 5000 + b"}", 400, "not JSON"),
        (b'{"session": "a", "strengths": {"\\ud800": 1}}', 400, "not JSON"),
        (b"{}", 422, "session: give"),
        (b'{"session": "a b"}', 422, "session: give"),
        (b'{"session": "a\\n"}', 422, "session: give"),
        (b'{"session": "' + b"a" * 65 + b'"}', 422, "session: give"),
        (b'{"session": "a", "wars": 3}', 422, "unknown key 'wars'; known: session, members"),
        (b'{"session": "a", "members": true}', 422, "members: give a whole number"),
        (b'{"session": "a", "members": 1.5}', 422, "members: give a whole number"),
        (b'{"session": "a", "members": 0}', 422, "from 1 to 1000"),
        (b'{"session": "a", "seed": ' + b"9" * 400 + b"}", 422, "seed: give a whole number"),
        (b'{"session": "a", "strengths": {"pledge": 1e300}}', 422, "strengths: give"),
        (b'{"session": "a", "strengths": [1]}', 422, "strengths: give"),
        (b'{"session": "a", "strengths": {"pledge": "1"}}', 422, "strengths: give"),
        (b'{"session": "a", "strengths": {"luck": 1}}', 422, "'luck' is no explanation"),
        (b'{"session": "a", "series": {"air": [[1]]}}', 422, "series: give"),
        (b'{"session": "a", "set": "best"}', 422, "set: give one of default, prior"),
        (b'{"session": "a", "set": []}', 422, "set: give one of default, prior"),
    ],
)  # fmt: skip
def test_what_cannot_be_carried_out_is_refused_with_words(toy, body, status, words):
    answer = toy.client.post("/api/runs", content=body)
    assert answer.status_code == status, answer.text
    assert words in answer.json()["error"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/api/theatre/", 404),
        ("POST", "/api/theatre", 405),
        ("PUT", "/api/runs/x", 405),
        ("GET", "/api/runs", 405),
        ("GET", "/api/runs/x", 404),
        ("GET", "/api/runs/%ff%00/events", 404),
        ("GET", "/api/runs/x/report", 404),
        ("GET", "/api/runs/x/why/D1", 404),
    ],
)
def test_every_error_has_words(toy, method, path, status):
    answer = toy.client.request(method, path)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_who_comes_back_with_the_number_of_an_event_is_served_all_the_same(toy):
    run = toy.ask()
    list(toy.listen(run))
    got = toy.client.get(f"/api/runs/{run}/events", headers={"last-event-id": "7\x7f"})
    assert "event: done" in got.text


def test_the_head_of_an_event_stream_does_not_wait_for_its_end(toy):
    run = toy.ask("head", members=500, seed=SLOW)
    assert toy.client.head(f"/api/runs/{run}/events", timeout=1).status_code == 200
    toy.client.delete(f"/api/runs/{run}")


def test_fifty_tabs_at_once_are_all_served(toy):
    async def tab(client, number):
        asked = {"session": f"tab{number}", "members": 2}
        run = (await client.post("/api/runs", json=asked)).json()["id"]
        return (await client.get(f"/api/runs/{run}/events")).text

    async def all_tabs():
        limits = httpx.Limits(max_connections=60)
        async with httpx.AsyncClient(
            base_url=toy.url, timeout=20, limits=limits, trust_env=False
        ) as client:
            return await asyncio.gather(*(tab(client, n) for n in range(50)))

    assert all("event: done" in text for text in asyncio.run(all_tabs()))


def test_too_many_who_wait_are_told_to_come_later(toy):
    list(toy.listen(toy.ask("first")))  # what the server fights for nobody is over
    held = toy.ask("held", members=500, seed=SLOW)
    next(toy.listen(held))  # it is being fought
    waiting = [toy.ask(f"waiting{n}", seed=100 + n) for n in range(64)]
    refused = toy.client.post("/api/runs", json={"session": "late", "seed": 77})
    assert refused.status_code == 429
    assert "64 runs wait already" in refused.json()["error"]
    for run in [held, *waiting]:
        toy.client.delete(f"/api/runs/{run}")
    assert [name for name, _ in toy.listen(toy.ask("late"))][-1] == "done"


def test_a_fault_of_ours_is_said_without_its_details_and_marked_like_every_answer(caplog):
    def report(theatre, run):
        raise KeyError("a secret of the program")

    with running(reported=report) as toy:
        run = toy.ask()
        list(toy.listen(run))
        answer = toy.client.get(f"/api/runs/{run}/report")
        assert httpx.get(f"{toy.url}api/theatre", trust_env=False).status_code == 200
    assert answer.status_code == 500
    assert answer.json() == {"error": "a fault of the server: KeyError; its terminal says more"}
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "a secret of the program" in caplog.text


@pytest.mark.slow
def test_a_server_with_listeners_ends_at_once_and_leaves_nothing():
    with running() as toy:
        run = toy.ask(seed=STUCK)
        stream = toy.client.stream("GET", f"/api/runs/{run}/events")
        with stream as heard:
            assert next(heard.iter_lines()) == ": hello"
            began = time.monotonic()
    assert time.monotonic() - began < 4
    left = [p for p in multiprocessing.active_children() if p.name == "holdfast-worker"]
    assert len(left) <= 1  # that of the server of this file
