"""What a report says of articles that carry the same copy."""

from __future__ import annotations

import datetime as dt

import pytest

from factcheck.findings import Report
from factcheck.models import Article, Change, CopyGroup
from factcheck.reporting.base import Style
from factcheck.reporting.outline import outline
from factcheck.reporting.registry import REPORT_RENDERERS
from factcheck.reporting.shared_text import SharedTextView, shared_texts
from factcheck.reporting.words.catalogue import words_in
from tests.support import reports
from tests.support.report_parts import article

LINES = (
    "Bridge closed in the north of Veld",
    "The northern bridge has been closed since Monday after engineers found cracks in two of its pillars.",
    "Repairs will take six months and cost 12 million crowns, the prefect said on Tuesday in the town hall.",
)

ENGLISH = words_in("en")
HEADING = ENGLISH("section.shared_text")


def paper(name: str, *replaced: tuple[str, str]) -> Article:
    """A paper that carries the text with some of its words replaced."""
    lines = list(LINES)
    for old, new in replaced:
        lines = [line.replace(old, new) for line in lines]
    return article(name, lines, publisher=name, published_at=dt.date(2025, 3, 4))


def change(original: Article, copy: Article, words: str, copy_words: str) -> Change:
    """The change from the first occurrence of `words` to the first of `copy_words`."""
    return Change(
        article=copy.id,
        original=words,
        original_start=original.text.index(words),
        copy_words=copy_words,
        copy_start=copy.text.index(copy_words),
    )


WIRE = paper("Wire")
ECO = paper("Eco", ("northern", "old"), ("12 million", "14 million"))
FARO = paper("Faro", ("Repairs", "Works"))
ECO_CHANGES = (change(WIRE, ECO, "northern", "old"), change(WIRE, ECO, "12", "14"))
FARO_CHANGES = (change(WIRE, FARO, "Repairs", "Works"),)


def group(*copies: tuple[Article, float], changes: tuple[Change, ...] = ()) -> CopyGroup:
    """A group around the wire's text."""
    return CopyGroup(
        representative=WIRE.id,
        articles=(WIRE.id, *(copy.id for copy, _ in copies)),
        shared={copy.id: share for copy, share in copies},
        changes=changes,
    )


def view(*copies: tuple[Article, float], changes: tuple[Change, ...] = ()) -> SharedTextView:
    """The view of the one group."""
    (found,) = shared_texts(
        [group(*copies, changes=changes)], {each.id: each for each in (WIRE, *(copy for copy, _ in copies))}, ENGLISH
    )
    return found


def report() -> Report:
    """A report on the wire's text and two papers that carry it."""
    groups = (group((FARO, 1.0), (ECO, 0.87), changes=(*FARO_CHANGES, *ECO_CHANGES)),)
    return reports.empty_report().model_copy(update={"articles": (WIRE, ECO, FARO), "copies": groups})


def test_the_changed_figure_comes_first() -> None:
    """The copy with another figure stands before the others, and the figure before its other changed words."""
    found = view((FARO, 0.9), (ECO, 0.876), changes=(*FARO_CHANGES, *ECO_CHANGES))
    assert [copy.name for copy in found.copies] == ["Eco", "Faro"]
    marked = [[part for part, marked in each.copy.parts if marked] for each in found.copies[0].changes]
    assert marked == [["14"], ["old"]]


def test_changed_words_stand_in_their_place() -> None:
    """Each side shows the changed words with words around them, cut where words end, in their own paragraph only."""
    (shown, _) = view((ECO, 0.876), changes=ECO_CHANGES).copies[0].changes
    assert shown.original.text == "… will take six months and cost 12 million crowns, the prefect …"
    assert shown.copy.text == "… will take six months and cost 14 million crowns, the prefect …"
    assert [part for part, marked in shown.original.parts if marked] == ["12"]


def test_words_on_one_side_only_leave_a_gap_on_the_other() -> None:
    """Of words that a copy adds, the other text shows their place without a mark."""
    longer = paper("Eco", ("the prefect said", "the young prefect said"))
    added = Change(
        article="Eco",
        original="",
        original_start=WIRE.text.index("prefect said"),
        copy_words="young",
        copy_start=longer.text.index("young"),
    )
    ((shown,),) = [copy.changes for copy in view((longer, 0.9), changes=(added,)).copies]
    assert not shown.original.any
    assert "the prefect said" in shown.original.text
    assert "the young prefect said" in shown.copy.text


@pytest.mark.parametrize(("share", "words"), [(1.0, "100 %"), (0.999, "99 %"), (0.29, "29 %")])
def test_a_share_is_never_rounded_up_to_the_whole(share: float, words: str) -> None:
    """99.9 % in common is not all of the text."""
    assert view((ECO, share)).copies[0].share == f"{words} of the shorter text"


def test_a_copy_of_a_copy_is_not_set_beside_the_first_text() -> None:
    """A member that shares little with the text it is measured by has no list of changed words, and says why."""
    (copy,) = view((ECO, 0.2), changes=ECO_CHANGES).copies
    assert (copy.changes, copy.left_out) == ((), 0)
    assert copy.remark == "the same text by way of another copy"


def test_a_copy_without_changes_says_so() -> None:
    """An unchanged copy is no empty table."""
    assert view((FARO, 1.0)).copies[0].remark == "no word changed"


def test_long_lists_are_cut() -> None:
    """Of forty copies eight are shown, of forty changes five; the rest is counted."""
    many = tuple((paper(f"Paper {n:02}"), 0.9) for n in range(40))
    assert (len(view(*many).copies), view(*many).left_out) == (8, 32)
    (copy,) = view((ECO, 0.9), changes=ECO_CHANGES[:1] * 40).copies
    assert (len(copy.changes), copy.left_out) == (5, 35)


def test_groups_with_a_changed_figure_come_first() -> None:
    """The report keeps the order of the groups otherwise."""
    articles = {each.id: each for each in (WIRE, ECO, FARO)}
    groups = [group((FARO, 0.9), changes=FARO_CHANGES), group((ECO, 0.9), changes=ECO_CHANGES)]
    assert [found.copies[0].name for found in shared_texts(groups, articles, ENGLISH)] == ["Eco", "Faro"]


@pytest.mark.parametrize("columns", [60, 80, 140])
def test_the_table_sets_both_texts_side_by_side(columns: int) -> None:
    """Within any width the two figures stand in one row, under the names of those who print them."""
    lines = REPORT_RENDERERS["table"].render(report(), Style(columns, color=False)).splitlines()
    assert any(HEADING in line for line in lines)
    assert any("Wire" in line and "Eco" in line and "│" in line for line in lines)
    assert any("*12*" in line and "*14*" in line for line in lines)
    assert max(map(len, lines)) <= columns


def test_markdown_sets_both_texts_side_by_side() -> None:
    """A row of the table holds the copy, its share and both wordings."""
    text = REPORT_RENDERERS["markdown"].render(report(), Style())
    assert f"## {HEADING} (1)" in text
    (row,) = [line for line in text.splitlines() if "**14**" in line]
    assert row.startswith("| Eco")
    assert "87 %" in row
    assert "**12**" in row
    assert "| Faro" in text


def test_a_report_without_copies_does_not_speak_of_them() -> None:
    """No empty section."""
    assert outline(reports.veld_story()).shared_texts == ()
    for name in ("table", "markdown"):
        assert HEADING not in REPORT_RENDERERS[name].render(reports.veld_story(), Style())
