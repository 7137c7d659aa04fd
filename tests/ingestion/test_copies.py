"""Texts that were copied are grouped, with the words that changed; reports on the same event are not."""

from __future__ import annotations

from factcheck.ingestion.articles import build
from factcheck.ingestion.base import RawDocument
from factcheck.ingestion.copies import group_copies
from factcheck.models import Article

WIRE = (
    "The northern bridge has been closed since Monday after engineers found cracks in two of its pillars, the prefect "
    "said. Repairs will take six months and cost 12 million crowns. Buses are being sent round by the old ferry road, "
    "which adds forty minutes to the trip for some nine thousand commuters a day. Shop owners on the east bank say "
    "that they have lost half of their customers."
)
OTHER = (
    "Cracks in two pillars have shut the bridge in the north since Monday. According to the prefect it will be half a "
    "year before cars can cross again, and the bill will come to 12 million. Commuters, about nine thousand of them, "
    "must take the ferry road and lose forty minutes. Traders on the eastern side complain of empty shops."
)


def _article(text: str, publisher: str, date: str | None = None) -> Article:
    return build(RawDocument(text=text, publisher=publisher, published_at=date, language="en"), publisher)


def test_copies_are_grouped_with_their_changes() -> None:
    """A copy with another figure and a cut tail joins the earliest text; its changed words are given."""
    changed = WIRE.replace("12 million", "14 million").replace(
        " Shop owners on the east bank", " Traders on the east bank"
    )
    copy = _article(changed, "Eco", "2025-03-05")
    wire = _article(WIRE, "Agency", "2025-03-04")
    other = _article(OTHER, "Faro", "2025-03-04")
    (group,) = group_copies([copy, other, wire])
    assert group.articles == (wire.id, copy.id)
    assert group.shared[copy.id] > 0.7
    assert [(c.original, c.copy_words) for c in group.changes] == [("12", "14"), ("Shop owners", "Traders")]


def test_shortened_copy_is_found() -> None:
    """A copy cut to its first two sentences still belongs to the group."""
    short = WIRE[: WIRE.index(" Buses")]
    (group,) = group_copies([_article(short, "Eco"), _article(WIRE, "Agency")])
    assert len(group.articles) == 2


def test_own_reports_are_not_copies() -> None:
    """Two reports in other words, with the same figures, are no group, and neither are articles without words alike."""
    assert group_copies([_article(WIRE, "A"), _article(OTHER, "B")]) == ()
    assert group_copies([]) == ()


def test_widely_printed_text_is_one_group() -> None:
    """Far more copies than the index pairs up one by one are still one group."""
    copies = [_article(WIRE, f"Paper {number}") for number in range(120)]
    (group,) = group_copies(copies)
    assert len(group.articles) == 120
