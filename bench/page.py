"""The page, measured: first load, scrub step, a changed war, and fifty clients for a minute.

    .venv/bin/python bench/page.py [--minute 60]

Serves afghanistan-2021 and drives it with Debian's Chromium, headless, in software drawing. Prints
a table in Markdown. Needs the extra `test`.
"""

import argparse
import asyncio
import re
import statistics
import subprocess
import sys
import time

import httpx
from playwright.sync_api import sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
DONE = "html[data-run]:not([data-busy])"
STATE = "window.holdfast.store.state"
REPEATS, CLIENTS, STEPS = 5, 50, 60


def loads(browser, url):
    """Milliseconds to ready, and bytes, of fresh loads of a page whose first run is fought."""
    times, sizes = zip(*(one_load(browser, url) for _ in range(REPEATS)), strict=True)
    return statistics.median(times), statistics.median(sizes)


def one_load(browser, url):
    """The same of one load, with nothing kept from before."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page, got = context.new_page(), []
    page.on("response", lambda answer: got.append(answer))
    begun = time.perf_counter()
    page.goto(url)
    page.wait_for_selector("html[data-ready=yes]", state="attached")
    seconds = time.perf_counter() - begun
    first = [r for r in got if "/events" not in r.url and r.url.startswith("http")]
    size = sum(r.request.sizes()["responseBodySize"] for r in first)
    context.close()
    return 1000 * seconds, size


def scrub(page):
    """Milliseconds of script and of the whole main thread for one day of the timeline."""
    client = page.context.new_cdp_session(page)
    client.send("Performance.enable")

    def spent():
        found = client.send("Performance.getMetrics")["metrics"]
        told = {m["name"]: m["value"] for m in found}
        return 1000 * told["TaskDuration"], 1000 * told["ScriptDuration"]

    page.evaluate("window.holdfast.store.set({ day: 20, mode: 'fallen' })")
    before = spent()
    page.evaluate(
        """async (steps) => {
          for (let i = 0; i < steps; i++) {
            window.holdfast.store.set({ day: 20 + i });
            await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
          }
        }""",
        STEPS,
    )
    after = spent()
    return tuple((b - a) / STEPS for a, b in zip(before, after, strict=True))


def rerun(page):
    """Seconds from 'Run again' with another seed to the first change and to 100 members."""
    firsts, wholes = [], []
    for seed in range(2, 2 + REPEATS):
        page.locator("#seed").fill(str(seed))
        begun = time.perf_counter()
        page.get_by_role("button", name="Run again").click()
        page.wait_for_function(f"seed => {STATE}.a.seed === seed", arg=seed)
        firsts.append(time.perf_counter() - begun)
        page.wait_for_selector(DONE, state="attached")
        wholes.append(time.perf_counter() - begun)
    return statistics.median(firsts), statistics.median(wholes)


def memory_mib(pid):
    """Resident memory of a process and its children."""
    pids = [str(pid), *subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True,
                                      check=False).stdout.split()]  # fmt: skip
    lines = subprocess.run(["ps", "-o", "rss=", "-p", ",".join(pids)], capture_output=True,
                           text=True, check=False).stdout.split()  # fmt: skip
    return sum(map(int, lines)) / 1024


async def crowd(url, seconds):
    """Clients that load the page, and look at a run, for a while: requests, errors."""
    until, counts = time.perf_counter() + seconds, {"requests": 0, "errors": 0}

    async def one(number):
        async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as client:
            run = None
            while time.perf_counter() < until:
                paths = ["/", "/static/main.js", "/api/theatre"]
                paths += [f"/api/runs/{run}/why/AF0101", f"/api/runs/{run}"] if run else []
                for path in paths:
                    answer = await client.get(path)
                    counts["requests"] += 1
                    counts["errors"] += answer.status_code >= 500
                asked = {"session": f"client{number}", "seed": 1}
                answer = await client.post("/api/runs", json=asked)
                counts["requests"] += 1
                counts["errors"] += answer.status_code >= 500
                run = answer.json().get("id", run)

    await asyncio.gather(*(one(n) for n in range(CLIENTS)))
    return counts


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minute", type=float, default=60, help="seconds of the crowd")
    args = parser.parse_args()
    call = [sys.executable, "-m", "holdfast", "serve", "--no-browser"]
    begun = time.perf_counter()
    server = subprocess.Popen(call, stdout=subprocess.PIPE, text=True)
    try:
        url = re.search(r"http://127\.0\.0\.1:\d+/", server.stdout.readline())[0]
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            page.set_default_timeout(300_000)
            page.goto(url)
            page.wait_for_selector(DONE, state="attached")
            cold = time.perf_counter() - begun
            first, whole = rerun(page)
            task, script = scrub(page)
            ready, size = loads(browser, url)
            browser.close()
        before = memory_mib(server.pid)
        counts = asyncio.run(crowd(url, args.minute))
        after = memory_mib(server.pid)
    finally:
        server.terminate()
        server.wait(30)
    rows = [
        ("from `holdfast serve` to 100 wars on screen, compiling, s", f"{cold:.1f}"),
        ("fresh load to ready, its run being fought, ms", f"{ready:.0f}"),
        ("bytes of it, MB", f"{size / 1e6:.2f}"),
        ("main thread a scrub step, ms (script alone)", f"{task:.1f} ({script:.1f})"),
        ("'Run again' to first change, s", f"{first:.2f}"),
        ("'Run again' to 100 wars, s", f"{whole:.2f}"),
        (f"{CLIENTS} clients, {args.minute:.0f} s: requests, answers of 500 and more",
         f"{counts['requests']}, {counts['errors']}"),
        ("memory before and after them, MiB", f"{before:.0f}, {after:.0f}"),
    ]  # fmt: skip
    print("| | |\n|---|--:|")
    for what, value in rows:
        print(f"| {what} | {value} |")


if __name__ == "__main__":
    main()
