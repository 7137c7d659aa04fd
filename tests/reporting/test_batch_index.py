"""The index as page and table: what it says, and what other people's words cannot do in it."""

from __future__ import annotations

import datetime as dt
import re
from typing import get_args

import pytest

from factcheck.findings import Usage
from factcheck.index import (
    AcrossFinding,
    AcrossSide,
    AcrossStories,
    BatchIndex,
    BatchTotals,
    DisputeLine,
    GroupReason,
    StoryRow,
    StoryStatus,
)
from factcheck.models import RefusedFile
from factcheck.reporting.base import Style
from factcheck.reporting.batch_index import IndexPage, IndexTable
from factcheck.reporting.batch_index.lines import facts_of_run, headline
from factcheck.reporting.words.catalogue import words_in
from tests.support.odd_reports import HOSTILE

_TAGS = (
    "html head meta title style body header p h1 ul li main table thead tr th tbody td strong a span details summary"
    " footer section h2 h3 article div blockquote br"
)
TAGS = set(_TAGS.split(" "))
"""All tags of the page."""


def index(*rows: StoryRow, **fields: object) -> BatchIndex:
    """An index of these rows."""
    disputes = [line for row in rows for line in row.disputes]
    counts = {
        status: sum(row.status == status for row in rows) for status in ("done", "incomplete", "failed", "waiting")
    }
    totals = BatchTotals(
        stories=len(rows),
        **counts,
        new=0,
        changed=0,
        articles=sum(row.articles for row in rows),
        failed_articles=0,
        claims=0,
        pairs=0,
        failed_pairs=0,
        disputes=len(disputes),
        new_disputes=sum(line.new for line in disputes),
        disputed_stories=1,
    )
    base = {"root": "desk", "group_by": "event", "version": "0", "model": "m", "grouping": "g", "totals": totals}
    return BatchIndex.model_validate({**base, "stories": rows, **fields})


def row(title: str, **fields: object) -> StoryRow:
    """A row."""
    base = {"key": title, "title": title, "group_by": "event", "status": "done", "articles": 2, "report": "stories/a"}
    return StoryRow.model_validate({**base, **fields})


DISPUTED = row(
    "Fire in Eastley",
    disputes=(
        DisputeLine(id="d1", title="How many died?", nature="direct", points=1, new=True),
        DisputeLine(id="d2", title="When did it start?", nature="direct", points=1, new=False),
    ),
    reason=GroupReason(
        shared=("eastley", "fire"), similarity=0.41, weakest=0.3, first=dt.date(2026, 3, 1), last=dt.date(2026, 3, 2)
    ),
    new_articles=("a.txt",),
    change="changed",
    usage=Usage(requests=3, cost_usd=0.25),
)
FAILED = row("Flood in Sund", status="failed", report=None, reasons=("ModelUnavailable: 503",))


def side(story: str, text: str, **fields: object) -> AcrossSide:
    """One story's side."""
    base: dict[str, object] = {
        "story": story,
        "title": story,
        "report": f"stories/{story}",
        "fact": "sha256:00112233445566778899"[:23],
    }
    base |= {"text": text, "quotes": (text,), "publishers": (f"{story} Herald",), "origins": ("Wire",)}
    return AcrossSide.model_validate({**base, **fields})


def between(one: AcrossSide, other: AcrossSide, **fields: object) -> AcrossFinding:
    """Two stories that contradict each other."""
    base = {"relation": "contradicts", "kind": "number", "nature": "direct", "question": "How many died in all?"}
    return AcrossFinding.model_validate({**base, "sides": (one, other), "pairs": (("a", "b"),), "new": True, **fields})


CONFLICT = between(
    side("night", "12 people died.", words=("12",), origins=("Radio",)),
    side("morning", "16 people died.", words=("16",)),
)
AGREEMENT = between(
    side("night", "The fire is out."), side("morning", "The fire was put out."), relation="supports", nature=None
)
ACROSS = AcrossStories(status="done", stories=2, pairs=7, left_out=3, possible=1, findings=(CONFLICT, AGREEMENT))


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


def test_the_page_cannot_be_written_by_an_article() -> None:
    """Hostile titles, paths and reasons come out as text: no tag, script, link or control character of theirs."""
    bad = " ".join(HOSTILE) + '"><img src=x onerror=alert(1)>'
    hostile = row(
        bad,
        disputes=(DisputeLine(id="d", title=bad, nature="direct", points=1, new=True),),
        reasons=(bad,),
        new_articles=(bad,),
        settled=(bad,),
        report=bad,
        change="changed",
        reason=GroupReason(shared=(bad,), similarity=0.5, weakest=0.5),
    )
    one, other = (side(f"{n}{bad}", bad, words=(bad,), publishers=(bad,), origins=(bad,)) for n in "ab")
    met = AcrossStories(status="incomplete", reasons=(bad,), findings=(between(one, other, question=bad, reason=bad),))
    page = IndexPage().render(
        index(
            hostile, across=met, root=bad, removed=(bad,), unreadable=(RefusedFile(path=bad, reason=bad),), stopped=bad
        ),
        Style(),
    )
    assert "<script" not in page
    assert "<img" not in page
    assert set(re.findall(r"<(\w+)", page)) <= TAGS
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e\u2066]", page)
    assert all(re.fullmatch(r"\./[\w%~./-]+(#fact-[0-9a-f]+)?", link) for link in re.findall(r'href="([^"]*)"', page))


def test_the_table_cannot_move_the_cursor() -> None:
    """Escape sequences and bidi characters of a title do not reach the terminal."""
    text = IndexTable().render(index(row(" ".join(HOSTILE), report=None)), Style(width=80))
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


def counted(n: int) -> BatchIndex:
    """An index in which there is so much of everything that is counted, and no story without any."""
    base = index()
    many = {"new": n, "changed": n, "articles": n, "claims": n, "pairs": n, "disputes": n, "new_disputes": 0}
    totals = {"stories": 4 * n, "done": n, "incomplete": n, "failed": n, "waiting": n}
    rows = [row(f"{number}", status=status) for number in range(n) for status in get_args(StoryStatus)]
    met = AcrossStories(
        status="done", pairs=2 * n, left_out=n, failed_pairs=n, possible=n, findings=(CONFLICT,) * n + (AGREEMENT,) * n
    )
    return base.model_copy(
        update={
            "totals": base.totals.model_copy(update=many | totals),
            "stories": tuple(rows),
            "across": met,
            "unreadable": (RefusedFile(path="a.txt", reason="empty"),) * n,
            "usage": Usage(requests=n, completion_tokens=5 * n),
        }
    )


SAID = {
    ("en", 0): (
        "no story, no article: nothing compared.",
        "no story new or changed since the last complete run; no claim, no pair of claims compared",
        "between stories: no two claims are alike enough to be compared",
        "this run: no request; all runs: no request",
    ),
    ("en", 1): (
        (
            "4 stories, 1 article: 1 dispute; 1 conflict between stories; 1 story failed; 1 story is incomplete;"
            " 1 story was not run."
        ),
        "1 new story, 1 story changed since the last complete run; 1 claim, 1 pair of claims compared",
        "between stories: 1 conflict and 1 agreement in 1 pair of claims compared",
        "1 pair of claims of different stories could not be judged",
        "1 pair of claims that are less alike was left out, to keep the cost within a quarter of what the stories cost",
        "1 possible conflict was not confirmed and is not counted",
        "1 file could not be read",
        "this run: 1 request, 5 tokens; all runs: no request",
    ),
    ("en", 2): (
        (
            "8 stories, 2 articles: 2 disputes; 2 conflicts between stories; 2 stories failed; 2 stories are"
            " incomplete; 2 stories were not run."
        ),
        "2 new stories, 2 stories changed since the last complete run; 2 claims, 2 pairs of claims compared",
        "between stories: 2 conflicts and 2 agreements in 2 pairs of claims compared",
        "2 pairs of claims of different stories could not be judged",
        (
            "2 pairs of claims that are less alike were left out, to keep the cost within a quarter of what the stories"
            " cost"
        ),
        "2 possible conflicts were not confirmed and are not counted",
        "2 files could not be read",
        "this run: 2 requests, 10 tokens; all runs: no request",
    ),
    ("it", 0): (
        "nessuna storia, nessun articolo: nessun confronto.",
        (
            "nessuna storia nuova o cambiata dall'ultima esecuzione completa; nessuna affermazione, nessuna coppia di"
            " affermazioni confrontata"
        ),
        "fra una storia e l'altra: nessuna affermazione abbastanza simile da essere confrontata",
        "questa esecuzione: nessuna richiesta; tutte: nessuna richiesta",
    ),
    ("it", 1): (
        (
            "4 storie, 1 articolo: 1 contrasto; 1 contrasto fra una storia e l'altra; 1 storia non riuscita; 1 storia"
            " incompleta; 1 storia non eseguita."
        ),
        (
            "1 storia nuova, 1 storia cambiata dall'ultima esecuzione completa; 1 affermazione, 1 coppia di"
            " affermazioni confrontata"
        ),
        "fra una storia e l'altra: 1 contrasto e 1 concordanza in 1 coppia di affermazioni confrontata",
        "1 coppia di affermazioni di storie diverse non giudicata",
        (
            "1 coppia di affermazioni meno simili lasciata fuori, perché il costo resti entro un quarto di quello delle"
            " storie"
        ),
        "1 possibile contrasto non confermato e non contato",
        "1 file non leggibile",
        "questa esecuzione: 1 richiesta, 5 token; tutte: nessuna richiesta",
    ),
    ("it", 2): (
        (
            "8 storie, 2 articoli: 2 contrasti; 2 contrasti fra una storia e l'altra; 2 storie non riuscite; 2 storie"
            " incomplete; 2 storie non eseguite."
        ),
        (
            "2 storie nuove, 2 storie cambiate dall'ultima esecuzione completa; 2 affermazioni, 2 coppie di"
            " affermazioni confrontate"
        ),
        "fra una storia e l'altra: 2 contrasti e 2 concordanze in 2 coppie di affermazioni confrontate",
        "2 coppie di affermazioni di storie diverse non giudicate",
        (
            "2 coppie di affermazioni meno simili lasciate fuori, perché il costo resti entro un quarto di quello delle"
            " storie"
        ),
        "2 possibili contrasti non confermati e non contati",
        "2 file non leggibili",
        "questa esecuzione: 2 richieste, 10 token; tutte: nessuna richiesta",
    ),
}


@pytest.mark.parametrize(("lang", "n"), SAID)
def test_each_sentence_is_right_for_none_one_and_many(lang: str, n: int) -> None:
    """An editor could print them: no "0 agreements", no plural of one, in either language."""
    w = words_in(lang)
    assert (headline(counted(n), w), *facts_of_run(counted(n), w)) == SAID[lang, n]


@pytest.mark.parametrize(
    ("findings", "failed", "said"),
    [
        ((), 0, "between stories: neither conflicts nor agreements in 2 pairs of claims compared"),
        ((AGREEMENT,), 0, "between stories: no conflict and 1 agreement in 2 pairs of claims compared"),
        ((CONFLICT,) * 2, 1, "between stories: 2 conflicts and no agreement in 1 pair of claims compared"),
        ((), 2, "2 pairs of claims of different stories could not be judged"),
    ],
)
def test_what_was_not_found_between_stories_is_said_in_words(
    findings: tuple[AcrossFinding, ...], failed: int, said: str
) -> None:
    """Nothing found, nothing to compare and nothing judged are three things."""
    met = AcrossStories(status="done", pairs=2, failed_pairs=failed, findings=findings)
    told = facts_of_run(index(row("night"), row("morning"), across=met), words_in("en"))
    assert told[1] == said
    assert "0" not in told[1]
