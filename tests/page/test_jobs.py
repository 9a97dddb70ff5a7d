import asyncio
import json
import multiprocessing
import os
import signal

import pytest

from holdfast.page.job import Busy, Limits, Unknown
from holdfast.page.jobs import NOBODY, Jobs
from page.fights import (
    BROKEN,
    EMPTY,
    INFINITE,
    SLOW,
    STUCK,
    TELLING,
    WRONG,
    Unborn,
    check,
    fight,
)


def among(story, fought=fight, argument="toy", **limits):
    """Tell a story among jobs of their own."""

    async def life():
        async with Jobs(fought, argument, Limits(**limits)) as jobs, asyncio.timeout(15):
            return await story(jobs)

    return asyncio.run(life())


def start(jobs, session="tab", **asked):
    return jobs.start(session, check(asked))


async def heard(jobs, run):
    """Names and values of all there is to hear, signs of life left out."""
    return [(e.name, json.loads(e.data)) async for e in jobs.events(run) if e]


async def end(jobs, run):
    return (await heard(jobs, run))[-1][0]


async def first_part(jobs, run):
    events = jobs.events(run)
    part = await anext(events)
    await events.aclose()
    return json.loads(part.data)


def workers():
    return [p for p in multiprocessing.active_children() if p.name == "holdfast-worker"]


def test_a_run_is_told_part_by_part_until_it_is_done():
    async def story(jobs):
        return await heard(jobs, start(jobs, members=5, seed=SLOW))

    told = among(story)
    members = [run["members"] for name, run in told if name == "part"]
    assert members == sorted(set(members))
    assert len(members) > 1
    assert told[-1][0] == "done"
    assert told[-1][1]["members"] == 5


def test_a_part_has_the_id_that_was_given_and_leaves_its_pressures_behind():
    async def story(jobs):
        run = start(jobs)
        return run, (await heard(jobs, run))[-1][1]

    run, told = among(story)
    assert told["id"] == run
    assert told["push"] is None


def test_who_comes_late_hears_the_newest_at_once_and_only_that():
    async def story(jobs):
        run = start(jobs, members=4)
        await heard(jobs, run)
        return await heard(jobs, run)

    assert [(name, run["members"]) for name, run in among(story)] == [("done", 4)]


def test_a_slow_reader_skips_to_the_newest():
    async def story(jobs):
        told = []
        async for event in jobs.events(start(jobs, members=12, seed=SLOW)):
            told.append(json.loads(event.data)["members"])
            await asyncio.sleep(0.1)
        return told

    told = among(story)
    assert told[-1] == 12
    assert len(told) < 6


def test_two_listeners_hear_the_same_end():
    async def story(jobs):
        run = start(jobs, members=5, seed=SLOW)
        return await asyncio.gather(heard(jobs, run), heard(jobs, run))

    one, other = among(story)
    assert one[-1] == other[-1]
    assert one[-1][0] == "done"


def test_the_latest_wish_of_a_tab_stops_the_one_before_and_no_other():
    async def story(jobs):
        first, other = start(jobs, members=500, seed=SLOW), start(jobs, "other")
        await first_part(jobs, first)
        second = start(jobs)
        return [await end(jobs, run) for run in (first, other, second)]

    assert among(story) == ["stopped", "done", "done"]


def test_a_hundred_impatient_wishes_leave_one_finished_run_and_none_waiting():
    async def story(jobs):
        runs = []
        for _ in range(100):
            runs.append(start(jobs, members=50, seed=SLOW))
            await asyncio.sleep(0.002)
        runs.append(start(jobs, members=2))
        ends = [await end(jobs, run) for run in runs if run in runs[-60:]]
        later = start(jobs, "other")  # at once, for nobody waits
        return ends, await end(jobs, later)

    ends, later = among(story)
    assert ends == ["stopped"] * 59 + ["done"]
    assert later == "done"


def test_a_stopped_war_is_closed_and_its_worker_fights_the_next(tmp_path):
    async def story(jobs):
        run = start(jobs, members=1000, seed=TELLING)
        await first_part(jobs, run)
        before = workers()[0].pid
        jobs.stop(run)
        ends = [await end(jobs, run), await end(jobs, start(jobs))]
        return ends, before == workers()[0].pid

    ends, same = among(story, argument=str(tmp_path / "told"))
    assert ends == ["stopped", "done"]
    assert same
    assert (tmp_path / "told").read_text() == "closed"


def test_a_run_that_is_over_cannot_be_stopped():
    async def story(jobs):
        run = start(jobs)
        await heard(jobs, run)
        jobs.stop(run)
        return await end(jobs, run)

    assert among(story) == "done"


def test_who_asked_first_is_served_first():
    async def story(jobs):
        order = []

        async def follow(run):
            await heard(jobs, run)
            order.append(run)

        runs = [start(jobs, f"tab{i}", members=3, seed=SLOW) for i in range(5)]
        await asyncio.gather(*map(follow, reversed(runs)))
        return runs, order

    runs, order = among(story)
    assert order == runs


def test_a_full_queue_refuses_with_words_and_takes_nothing_from_who_is_refused():
    async def story(jobs):
        mine = start(jobs, members=20, seed=SLOW)
        await first_part(jobs, mine)
        waiting = [start(jobs, f"tab{i}") for i in range(3)]
        with pytest.raises(Busy, match="3 runs wait already"):
            start(jobs, "tab3")
        with pytest.raises(Busy):
            start(jobs)
        start(jobs, "tab0")  # in place of its own
        return await end(jobs, mine), await end(jobs, waiting[1])

    assert among(story, waiting=3) == ("done", "done")


def test_a_killed_worker_fails_its_run_with_words_and_those_who_wait_are_served():
    async def story(jobs):
        run = start(jobs, members=500, seed=SLOW)
        await first_part(jobs, run)
        waiting = start(jobs, "other")
        os.kill(workers()[0].pid, signal.SIGKILL)
        return await heard(jobs, run), await end(jobs, waiting)

    told, waiting = among(story)
    assert told[-1][0] == "failed"
    assert "ended (signal 9)" in told[-1][1]["error"]
    assert waiting == "done"


def test_a_worker_killed_while_idle_is_replaced():
    async def story(jobs):
        await heard(jobs, start(jobs))
        os.kill(workers()[0].pid, signal.SIGKILL)
        await asyncio.sleep(0.1)
        return await end(jobs, start(jobs))

    assert among(story) == "done"


def test_a_worker_that_cannot_begin_fails_every_run_and_is_not_begun_again_by_itself():
    async def story(jobs):
        runs = [start(jobs, "one"), start(jobs, "other")]
        told = [(await heard(jobs, run))[-1] for run in runs]
        await asyncio.sleep(0.1)
        return told, workers()

    told, left = among(story, fought=Unborn())
    assert [name for name, _ in told] == ["failed", "failed"]
    assert "exit code 3" in told[0][1]["error"]
    assert left == []


@pytest.mark.parametrize(
    ("seed", "words"),
    [
        (WRONG, "no such war can be fought"),
        (BROKEN, "the run failed: the dice are lost"),
        (EMPTY, "the run ended before its first part"),
        (INFINITE, "the run failed: a part cannot be sent"),
    ],
)
def test_a_run_that_goes_wrong_says_so_and_the_worker_fights_on(seed, words, capfd):
    async def story(jobs):
        told = await heard(jobs, start(jobs, seed=seed))
        return told[-1], await end(jobs, start(jobs))

    (name, said), after = among(story)
    assert (name, after) == ("failed", "done")
    assert said["error"].startswith(words)
    ours = seed in (BROKEN, INFINITE)
    assert ("Traceback" in capfd.readouterr().err) == ours


def test_a_run_that_nobody_listens_to_is_given_up():
    async def story(jobs):
        run = start(jobs, members=500, seed=SLOW)
        await first_part(jobs, run)
        await asyncio.sleep(0.4)
        return await heard(jobs, run)

    assert [name for name, _ in among(story, patience=0.2)] == ["stopped"]


def test_who_asks_now_and_then_keeps_a_run_alive():
    async def story(jobs):
        run = start(jobs, members=25, seed=SLOW)
        await first_part(jobs, run)
        for _ in range(5):
            jobs.newest(run)
            await asyncio.sleep(0.1)
        return await end(jobs, run)

    assert among(story, patience=0.3) == "done"


def test_the_finished_run_that_was_longest_not_looked_at_is_forgotten_first():
    async def story(jobs):
        runs = []
        for seed in (100, 101):
            runs.append(start(jobs, seed=seed))
            await heard(jobs, runs[-1])
        jobs.newest(runs[0])
        runs.append(start(jobs, seed=102))
        await heard(jobs, runs[-1])
        with pytest.raises(Unknown):
            jobs.newest(runs[1])
        return jobs.newest(runs[0])

    assert among(story, finished=2)


def test_stopped_runs_do_not_push_out_finished_ones():
    async def story(jobs):
        done = start(jobs)
        await heard(jobs, done)
        for _ in range(5):
            jobs.stop(start(jobs))
        return jobs.newest(done)

    assert among(story, finished=1, broken=2)


def test_a_finished_run_waits_for_its_tab_to_hear_of_it():
    async def story(jobs):
        runs = [start(jobs, f"tab{i}") for i in range(4)]
        return [await end(jobs, run) for run in reversed(runs)]

    assert among(story, finished=1) == ["done"] * 4


def test_runs_that_nobody_has_heard_of_do_not_push_out_those_that_were_heard():
    async def story(jobs):
        for i in range(4):
            start(jobs, f"silent{i}")
        run = start(jobs)
        await heard(jobs, run)
        return jobs.newest(run)

    assert among(story, finished=2)


def test_runs_that_nobody_ever_hears_of_are_forgotten_in_the_end():
    async def story(jobs):
        runs = []
        for i in range(5):
            runs.append(start(jobs, f"tab{i}"))
            jobs.stop(runs[-1])
        with pytest.raises(Unknown):
            jobs.events(runs[0])
        return [await end(jobs, run) for run in runs[-2:]]

    assert among(story, broken=1, waiting=2) == ["stopped"] * 2


def test_nothing_is_known_of_a_run_before_its_first_part():
    async def story(jobs):
        with pytest.raises(Unknown, match="nothing of this run yet"):
            jobs.newest(start(jobs, seed=STUCK))

    among(story, grace=0.05)


def test_why_a_district_fell_is_told_in_logits_with_gaps_where_nothing_is_known():
    async def story(jobs):
        run = start(jobs, members=4)
        await heard(jobs, run)
        return jobs.why(run, 1), jobs.why(run, 0)

    fell, other = among(story)
    assert fell["push"] == [[0.05, 0.1, -0.15], [0.2, 0.25, None]]
    assert (fell["weeks"], fell["pushers"]) == ([0, 7], ["attrition", "pledge", "chance"])
    assert fell["members"] == 2  # 50 % of 4
    assert other["push"] == [[None] * 3] * 2


def test_a_listener_with_nothing_to_hear_gets_signs_of_life():
    async def story(jobs):
        events = jobs.events(start(jobs, seed=STUCK))
        signs = [await anext(events), await anext(events)]
        await events.aclose()
        return signs

    assert among(story, beat=0.05, grace=0.05) == [None, None]


def test_the_end_of_the_server_tells_listeners_and_leaves_no_process():
    async def life():
        async with Jobs(fight, "toy", Limits(grace=0.1)) as jobs:
            stuck = start(jobs, seed=STUCK)
            listening = asyncio.create_task(heard(jobs, stuck))
            await asyncio.sleep(0.1)
        pids = workers()
        with pytest.raises(Busy):
            start(jobs)
        return await listening, pids

    told, left = asyncio.run(life())
    assert [name for name, _ in told] == ["stopped"]
    assert left == []


def test_what_has_been_fought_is_not_fought_again():
    async def story(jobs):
        first = start(jobs, "one", seed=100)
        await heard(jobs, first)
        assert start(jobs, "other", seed=100) == first
        assert start(jobs, "other", seed=101) != first

    among(story)


def test_a_run_fought_for_nobody_goes_to_the_first_who_asks_for_it():
    async def story(jobs):
        first = start(jobs, NOBODY, members=500, seed=SLOW)
        assert start(jobs, "one", members=500, seed=SLOW) == first
        assert start(jobs, "other", members=500, seed=SLOW) != first

    among(story)
