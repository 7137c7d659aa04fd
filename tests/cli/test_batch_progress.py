"""What is said on stderr while a batch works: on terminals of any width, in logs, and to programs."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
from rich.console import Console

from factcheck.batch.counting import Counts, StageCount, StoryWatch
from factcheck.cli.batch_bars import Bar, BatchBars, filled
from factcheck.cli.batch_progress import (
    JsonBatchProgress,
    PlainBatchProgress,
    TerminalBatchProgress,
    open_batch_progress,
)
from factcheck.findings import Usage
from factcheck.index import AcrossFinding, DisputeLine, StoryRow
from tests.cli.screens import Clock, Terminal
from tests.support.indexes import CONFLICT


def counts(**fields: object) -> Counts:
    """A batch half-way through."""
    base: dict[str, object] = {"files": 1_300, "files_read": 700, "stories": 250, "done": 100, "failed": 2}
    base |= {"unchanged": 20, "articles": 1_300, "articles_done": 640, "articles_run": 600, "claims": 9_500}
    base |= {"pairs": 61_234, "disputes": 31, "new_disputes": 30, "cache_hits": 870}
    base |= {"usage": Usage(requests=1_234, cost_usd=1.5)}
    found = Counts(**{**base, **fields})  # type: ignore[arg-type]
    found.stages = {"extraction": StageCount(700, 650, 20), "judging": StageCount(70_000, 65_000, 800)}
    return found


def row(**fields: object) -> StoryRow:
    """A story with a new dispute."""
    dispute = DisputeLine(id="d", title="How many died?", nature="direct", points=1, new=True)
    base = {"key": "k", "title": "Eastley", "group_by": "folder", "status": "done", "articles": 6}
    return StoryRow.model_validate({**base, "disputes": (dispute,), **fields})


@pytest.mark.parametrize("width", [40, 60, 80, 160])
def test_bars_and_counts_are_whole_whatever_the_width(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """No name of a stage and no figure is cut at any width, and no line is wider than the terminal."""
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("NO_COLOR", "1")
    stream, clock = Terminal(), Clock()
    with BatchBars(stream) as bars:
        progress = TerminalBatchProgress(bars, clock)
        clock.now += 60
        progress.story(row(), counts())
        Console(file=(drawn := io.StringIO()), width=width).print(bars.get_renderable())
    text = drawn.getvalue()
    for words in ("reading", "stories", "extraction", "judging", "700/1,300", "122/250", "65,000/70,000"):
        assert words in text, words
    for words in ("640 articles", "9,500 claims", "61,234 pairs", "31 disputes (30 new)", "870 from the cache"):
        assert words in text, words
    for words in ("1,234 requests, $1.50", "600 articles/min", "20 unchanged", "2 failed", "about 1 min 15 s left"):
        assert words in text, words
    assert max(map(len, text.splitlines())) <= width
    assert "≠ Eastley — How many died?" in stream.getvalue()


def test_bars_are_those_of_the_round(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that reads and asks nothing shows no count of the round before it, and no stage of nothing."""
    monkeypatch.setenv("COLUMNS", "80")
    stream, clock = Terminal(), Clock()
    with BatchBars(stream) as bars:
        progress = TerminalBatchProgress(bars, clock)
        progress.story(row(), counts())
        after = counts(files=0, files_read=0, stories=3, done=0, failed=0, unchanged=3)
        after.stages = {"judging": StageCount(0, 0, 0)}
        progress.story(row(), after)
        Console(file=(drawn := io.StringIO()), width=80).print(bars.get_renderable())
    assert [line.split()[0] for line in drawn.getvalue().splitlines()][:1] == ["stories"]
    assert not {"reading", "extraction", "judging"} & set(drawn.getvalue().split())


def test_lines_are_filled_and_no_part_is_broken() -> None:
    """As many parts in a line as fit, in their order."""
    assert filled(["12 articles", "3 claims", "1 dispute"], 24) == ["12 articles · 3 claims", "1 dispute"]
    assert filled(["a longer one than fits"], 5) == ["a longer one than fits"]
    assert filled([], 10) == []


def test_a_log_says_what_is_new_and_now_and_then_how_far_it_is() -> None:
    """A line for each story with news, one for all every ten seconds, one at the end; the pace is that of this run."""
    stream, clock = io.StringIO(), Clock()
    progress, now = PlainBatchProgress(stream, clock), counts()
    clock.now += 60
    progress.update(now)
    progress.update(now)
    progress.story(row(), now)
    progress.story(row(disputes=()), now)
    progress.story(row(status="failed", disputes=(), reasons=("ModelUnavailable: 503",)), now)
    now.done, now.waiting = 200, 28
    progress.story(row(disputes=()), now)
    now.done, now.waiting, now.across = 100, 0, 1
    progress.across((CONFLICT,), now)
    assert stream.getvalue().splitlines() == [
        (
            "122/250 stories, 20 unchanged, 2 failed, 700/1,300 files read, 640 articles, 9,500 claims, 61,234 pairs,"
            " 31 disputes (30 new), 870 from the cache, 1,234 requests, $1.50, 600 articles/min, about 1 min 15 s left"
        ),
        "≠ Eastley — How many died?",
        "✗ Eastley: ModelUnavailable: 503",
        (
            "250/250 stories, 20 unchanged, 2 failed, 28 left for later, 700/1,300 files read, 640 articles,"
            " 9,500 claims, 61,234 pairs, 31 disputes (30 new), 870 from the cache, 1,234 requests, $1.50,"
            " 600 articles/min"
        ),
        "≠ night / morning — How many died in all?",
        (
            "122/250 stories, 20 unchanged, 2 failed, 700/1,300 files read, 640 articles, 9,500 claims, 61,234 pairs,"
            " 31 disputes (30 new), 1 between stories, 870 from the cache, 1,234 requests, $1.50, 600 articles/min,"
            " about 1 min 15 s left"
        ),
    ]


def test_each_round_of_a_watch_has_its_own_pace() -> None:
    """An hour of waiting for files does not make the files that come then slow, and no round is faster than it was:
    also when the first that is told of it, after its counts at nothing, is a story that is through."""
    stream, clock = io.StringIO(), Clock()
    progress = JsonBatchProgress(stream, clock)
    for waited in (0, 3600, 3600):
        clock.now += waited
        now = counts(articles_run=0)
        progress.update(now)
        clock.now += 30
        now.articles_run = 100
        progress.story(row(), now)
    told = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [event["articles_a_minute"] for event in told] == [None, 200, None, 200, None, 200]
    assert told[-1]["seconds"] == 7290


def test_a_round_that_has_just_begun_is_not_told_of() -> None:
    """Nothing is through and nothing is known of how much there is: no line in a log, also when it is time for one."""
    stream, clock = io.StringIO(), Clock()
    progress = PlainBatchProgress(stream, clock)
    clock.now += 60
    progress.update(Counts())
    progress.update(Counts(files=3))
    progress.update(Counts(files=3, files_read=3))
    assert stream.getvalue() == ""
    progress.update(Counts(files=3, files_read=1))
    assert stream.getvalue() == "1/3 files read\n"


def test_many_conflicts_between_stories_do_not_flood_a_log() -> None:
    """Ten are told, the rest is counted; what an earlier run told is not told again."""
    stream = io.StringIO()
    findings: list[AcrossFinding] = [CONFLICT] * 30 + [CONFLICT.model_copy(update={"new": False})] * 5
    PlainBatchProgress(stream, Clock()).across(findings, counts())
    lines = stream.getvalue().splitlines()
    assert len(lines) == 11
    assert lines[-1] == "≠ and 20 more between stories"


def test_programs_get_objects_with_all_counts() -> None:
    """Each line is one object; hostile words stay inside of it."""
    stream, clock = io.StringIO(), Clock()
    progress = JsonBatchProgress(stream, clock)
    progress.update(counts())
    progress.update(counts())
    progress.story(row(title="a\nb\x1b[2J\u202e"), counts(waiting=3))
    progress.across((CONFLICT,), counts(across=1))
    progress.note("watching")
    events = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [event["event"] for event in events] == ["progress", "story", "across", "note"]
    assert (events[1]["stories_waiting"], events[2]["across"]) == (3, 1)
    assert events[2]["findings"][0]["sides"][0]["title"] == "night"
    assert "\x1b" not in stream.getvalue()


def test_programs_get_the_last_counts_before_the_end() -> None:
    """Though less than a second has passed since the line before; and not twice when nothing has changed."""
    stream = io.StringIO()
    with open_batch_progress(stream, "jsonl") as progress:
        now = counts(stories=None, files_read=0)
        progress.update(now)
        now.stories, now.files_read = 2, 4
        progress.update(now)
    told = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(line["event"], line["stories"], line["files_read"]) for line in told] == [
        ("progress", None, 0),
        ("progress", 2, 4),
    ]
    stream = io.StringIO()
    with open_batch_progress(stream, "jsonl") as progress:
        progress.story(row(), counts())
    assert len(stream.getvalue().splitlines()) == 1


def test_before_the_first_story_is_through_no_zeros_are_told() -> None:
    """Only what is known by then: files, requests and cost."""
    stream, clock = io.StringIO(), Clock()
    progress = PlainBatchProgress(stream, clock)
    clock.now += 60
    progress.update(counts(done=0, failed=0, unchanged=0, articles_done=0, articles_run=0, claims=0, pairs=0))
    assert stream.getvalue() == ("0/250 stories, 700/1,300 files read, 870 from the cache, 1,234 requests, $1.50\n")


@pytest.mark.parametrize(("done", "total", "bar"), [(0, 7, "·" * 24), (3, 6, "━" * 12 + "·" * 12), (6, 6, "━" * 24)])
def test_a_bar_is_read_without_colours(done: int, total: int, bar: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is done and what is left are different signs; of an unknown whole all of it is left."""
    monkeypatch.setenv("COLUMNS", "80")
    with BatchBars(Terminal()) as bars:
        task = bars.add_task("stories", total=total, completed=done, words="", counted="")
        assert Bar().render(bars.tasks[task]).plain == bar
        bars.update(task, total=None)
    with BatchBars(Terminal()) as bars:
        bars.add_task("stories", total=None, completed=done, words="", counted="")
        assert Bar().render(bars.tasks[0]).plain == "·" * 24


@pytest.mark.parametrize("terminal", ["dumb", "unknown"])
def test_a_terminal_that_cannot_draw_again_gets_lines(terminal: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as that of an editor; bars would show their last state and nothing before."""
    monkeypatch.setenv("TERM", terminal)
    with open_batch_progress(Terminal(), "auto") as progress:
        assert isinstance(progress, PlainBatchProgress)


def test_what_is_asked_is_told_while_a_story_is_under_way() -> None:
    """Cost and requests grow with each answer, not only when a story ends; programs get the pace too."""
    stream, clock, sent = io.StringIO(), Clock(), iter(range(1, 9))
    state = Counts()
    watch = StoryWatch(state, JsonBatchProgress(stream, clock), lambda: Usage(requests=next(sent)))
    watch.stage("extraction", 2, 0)
    for _ in range(2):
        clock.now += 2
        watch.advance("extraction")
    told = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [event["usage"]["requests"] for event in told] == [0, 1, 2]
    assert told[-1]["articles_a_minute"] is None


@pytest.mark.parametrize(("make", "kind"), [(Terminal, TerminalBatchProgress), (io.StringIO, PlainBatchProgress)])
def test_the_stream_chooses_bars_or_lines(
    make: Callable[[], io.StringIO], kind: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bars only where somebody sees them move."""
    monkeypatch.setenv("TERM", "xterm")
    with open_batch_progress(make(), "auto") as progress:
        assert isinstance(progress, kind)


def test_pairs_that_failed_are_not_counted_as_compared() -> None:
    """What is said of a story that is through is what was compared of it, also when it is taken back again."""
    found = Counts()
    found.add(row(pairs=13, failed_pairs=12), 1)
    assert found.pairs == 1
    found.add(row(pairs=13, failed_pairs=12), -1)
    assert found.pairs == 0
