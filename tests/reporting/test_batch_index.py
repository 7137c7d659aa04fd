"""The index as page and table: what it says, and what other people's words cannot do in it."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from factcheck.index import (
    AcrossStories,
    DisputeLine,
    GroupReason,
)
from factcheck.models import RefusedFile
from factcheck.reporting.base import Style
from factcheck.reporting.batch_index import IndexPage, IndexTable
from tests.support.indexes import ACROSS, AGREEMENT, DISPUTED, FAILED, between, index, row, side
from tests.support.odd_reports import HOSTILE

_TAGS = (
    "html head meta title style body header p h1 ul li main table thead tr th tbody td strong a span details summary"
    " footer section h2 h3 article div blockquote br pre"
)
TAGS = set(_TAGS.split(" "))
"""All tags of the page."""


@pytest.mark.parametrize("renderer", [IndexPage("report.html"), IndexTable()])
def test_what_stories_say_about_each_other_is_told_with_both_sides(renderer: IndexPage | IndexTable) -> None:
    """The question, both texts, outlets and origins; what was left out; and each story names the other."""
    text = renderer.render(index(row("night"), row("morning"), across=ACROSS), Style(width=160))
    for words in (
        "1 conflict between stories",
        "between stories: 1 conflict and 1 agreement in 7 pairs of claims compared",
        "3 pairs of claims that are less alike were left out",
        "1 possible conflict was not confirmed",
        "How many died in all?",
        "12 people died.",
        "16 people died.",
        "night Herald, in “night”",
        "origin Radio",
        "contradicts another story: morning",
    ):
        assert words in text, words


def test_the_page_leads_to_the_fact_in_each_report_and_folds_agreements_away() -> None:
    """Both sides of a conflict and of an agreement are links; the one origin behind an agreement is said."""
    page = IndexPage("report.html").render(index(row("night"), row("morning"), across=ACROSS), Style())
    links = re.findall(r'href="([^"]*)"', page)
    assert "./stories/night/report.html#fact-0011223344" in links
    assert "./stories/morning/report.html#fact-0011223344" in links
    folded = page[page.index("<details>") :]
    assert "The fire was put out." in folded
    assert "both rest on Wire" in folded
    assert "16 people died." not in folded


def test_stories_that_were_not_compared_are_not_said_to_agree() -> None:
    """An interrupted comparison is called so, without counts that would look like a result."""
    text = IndexTable().render(index(row("a"), row("b"), across=AcrossStories(status="waiting")), Style(width=120))
    assert "were not compared in this run" in text
    assert "no conflict" not in text


@pytest.mark.parametrize("renderer", [IndexPage(), IndexTable()])
def test_the_index_speaks_italian(renderer: IndexPage | IndexTable) -> None:
    """All words of its own, numbers and plurals; what articles and stories are called stays."""
    text = renderer.render(
        index(DISPUTED, FAILED, row("night"), row("morning"), across=ACROSS, stopped="interrupted"),
        Style(width=160, lang="it"),
    )
    for words in (
        "4 storie, 8 articoli: 1 contrasto nuovo, 2 in tutto; 1 contrasto fra una storia e l",
        "altra; 1 storia non riuscita.",
        "Fra una storia e l'altra" if isinstance(renderer, IndexTable) else "Fra una storia e l&#x27;altra",
        "in comune: eastley, fire · somiglianza 0,41 (minima 0,3) · ",
        "contraddice un'altra storia: morning"
        if isinstance(renderer, IndexTable)
        else "contraddice un&#x27;altra storia: morning",
        "1 articolo nuovo: a.txt",
        "3 richieste, 0,2500 $" if isinstance(renderer, IndexPage) else "✗ non riuscita",
        "How many died?",
    ):
        assert words in text, words
    own = re.sub(r"<style>.*?</style>|<[^>]+>", " ", text, flags=re.DOTALL)
    assert not re.search(
        r"\b(stor(y|ies)|article|shared|new|request|between|conflict|done|failed|run|interrupted)\b", own
    )


@pytest.mark.parametrize("renderer", [IndexPage(), IndexTable()])
def test_a_story_without_a_report_is_not_called_undisputed(renderer: IndexPage | IndexTable) -> None:
    """What was never compared is said to be so, instead of looking like agreement."""
    text = renderer.render(index(FAILED), Style(width=120))
    assert "not compared" in text
    assert "no dispute" not in text


@pytest.mark.parametrize("renderer", [IndexPage(), IndexTable()])
def test_what_is_new_disputed_and_failed_is_said(renderer: IndexPage | IndexTable) -> None:
    """Titles, disputes, why the articles are together, the reason of a failure and the cost stand in both forms."""
    text = renderer.render(index(DISPUTED, FAILED), Style(width=120))
    for words in (
        "1 new dispute, 2 in all; 1 story failed",
        "How many died?",
        "shared: eastley, fire",
        "similarity 0.41",
        "2026-03-01 to 2026-03-02",
        "ModelUnavailable: 503",
        "1 new article: a.txt",
    ):
        assert words in text, words


@pytest.mark.parametrize("renderer", [IndexPage(), IndexTable()])
@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "groups that are less alike, joined because their claims are about the same: "),
        ("it", "gruppi meno simili, uniti perché le loro affermazioni riguardano gli stessi fatti: "),
    ],
)
def test_why_claims_joined_a_story_is_said(renderer: IndexPage | IndexTable, lang: str, words: str) -> None:
    """The facts that both parts report stand there with the days, and no similarity that there is not."""
    reason = GroupReason(
        facts=("12 people died.", "7 boats sank."), first=dt.date(2026, 3, 1), last=dt.date(2026, 3, 2)
    )
    text = renderer.render(index(row("Blaze", reason=reason)), Style(width=160, lang=lang))
    assert f"{words}“12 people died.”; “7 boats sank.” · " in text
    assert "similarity" not in text
    assert "somiglianza" not in text


@pytest.mark.parametrize("renderer", [IndexPage(), IndexTable()])
@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "disputed before, and not known whether still so: How many died?"),
        ("it", "contestato prima, e non si sa se lo sia ancora: How many died?"),
    ],
)
def test_what_nobody_could_look_at_again_is_called_unknown(
    renderer: IndexPage | IndexTable, lang: str, words: str
) -> None:
    """A dispute that a failed check did not find stands there as such, and not as settled."""
    text = renderer.render(
        index(row("Blaze", status="incomplete", unsettled=(DISPUTED.disputes[0],))), Style(width=160, lang=lang)
    )
    assert words in text
    assert "no longer disputed" not in text
    assert "non più contestato" not in text


def test_the_page_cannot_be_written_by_an_article() -> None:
    """Hostile titles, paths and reasons come out as text: no tag, script, link or control character of theirs."""
    bad = " ".join(HOSTILE) + '"><img src=x onerror=alert(1)>'
    hostile = row(
        bad,
        disputes=(DisputeLine(id="d", title=bad, nature="direct", points=1, new=True),),
        reasons=(bad,),
        new_articles=(bad,),
        settled=(bad,),
        unsettled=(DisputeLine(id="d", title=bad, nature="direct", points=1, new=False),),
        report=bad,
        change="changed",
        reason=GroupReason(shared=(bad,), similarity=0.5, weakest=0.5),
    )
    one, other = (side(f"{n}{bad}", bad, words=(bad,), publishers=(bad,), origins=(bad,)) for n in "ab")
    met = AcrossStories(status="incomplete", reasons=(bad,), findings=(between(one, other, question=bad, reason=bad),))
    page = IndexPage().render(
        index(
            hostile,
            row("joined", reason=GroupReason(facts=(bad,))),
            across=met,
            root=bad,
            removed=(bad,),
            unreadable=(RefusedFile(path=bad, reason=bad),),
            stopped=bad,
        ),
        Style(),
    )
    assert "<script" not in page
    assert "<img" not in page
    assert set(re.findall(r"<(\w+)", page)) <= TAGS
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e\u2066]", page)
    assert all(re.fullmatch(r"\./[\w%~./-]+(#fact-[0-9a-f]+)?", link) for link in re.findall(r'href="([^"]*)"', page))


def test_files_that_cannot_be_read_do_not_make_the_page_long() -> None:
    """Thousands of them, as in a folder that was closed: some are named, all are counted."""
    files = tuple(RefusedFile(path=f"desk/{n}.txt", reason="cannot be looked at") for n in range(1_700))
    page = IndexPage().render(index(row("a"), unreadable=files), Style())
    assert (page.count("cannot be looked at"), "1,700" in page) == (500, True)
    assert "… and 1,200 more (all in index.json)" in page


def test_the_table_cannot_move_the_cursor() -> None:
    """Escape sequences and bidi characters of a title do not reach the terminal."""
    text = IndexTable().render(
        index(row(" ".join(HOSTILE), report=None, reason=GroupReason(facts=HOSTILE))), Style(width=80)
    )
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2066]", text)


def test_the_page_needs_no_network_and_no_script() -> None:
    """A policy forbids both, and every address leads to a file beside the page."""
    page = IndexPage().render(index(DISPUTED), Style())
    assert "default-src 'none'" in page
    assert re.findall(r'href="([^"]*)"', page) == ["./stories/a/report.json"]


def test_a_long_table_is_cut_and_says_so() -> None:
    """Eighty stories do not flood the terminal; the rest is counted."""
    text = IndexTable().render(index(*(row(f"Story {n}") for n in range(80))), Style(width=100))
    assert "and 20 more stories" in text


def test_stories_that_were_not_run_are_counted_and_not_listed() -> None:
    """A run over three of many stories shows those three."""
    waiting = [row(f"Later {n}", status="waiting", report=None) for n in range(30)]
    text = IndexTable().render(index(row("Now"), *waiting), Style(width=100))
    assert "Now" in text
    assert "Later 1" not in text
    assert "30 stories were not run" in text


@pytest.mark.parametrize("renderer", [IndexPage(), IndexTable()])
def test_stories_with_facts_in_common_may_be_one_and_are_told_so(renderer: IndexPage | IndexTable) -> None:
    """Three agreements between two stories say that a grouping may have parted one; two do not."""
    alike = AcrossStories(status="done", stories=2, pairs=3, findings=(AGREEMENT,) * 3)
    text = renderer.render(index(row("night"), row("morning"), across=alike), Style(width=120))
    assert "3 facts in common with “morning”: perhaps one story" in text
    assert "3 facts in common with “night”: perhaps one story" in text
    less = alike.model_copy(update={"findings": (AGREEMENT,) * 2})
    assert "perhaps" not in renderer.render(index(row("night"), row("morning"), across=less), Style(width=120))


@pytest.mark.parametrize("lang", ["en", "it"])
def test_in_a_narrow_terminal_the_state_has_a_line_of_its_own(lang: str) -> None:
    """So that no word of a title is broken at 40 columns; with room both are on one line."""
    told = row("Firefighters in Eastley battle blaze", status="incomplete", pairs=1)
    narrow = IndexTable().render(index(told), Style(width=40, lang=lang)).splitlines()
    state = {"en": "  ◐ incomplete no dispute, 2 articles", "it": "  ◐ incompleta nessun contrasto, 2"}[lang]
    assert narrow[narrow.index("Firefighters in Eastley battle blaze") + 1] == state
    wide = IndexTable().render(index(told), Style(width=100, lang=lang)).splitlines()
    assert any("blaze" in line and "◐" in line for line in wide)
