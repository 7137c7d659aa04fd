"""What is shown of a side: who says it and how, which of its words, and which sentence."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from factcheck.findings import Dispute, Origin, Report
from factcheck.models import Evidence, Modality
from factcheck.reporting.outline import outline
from factcheck.reporting.quotes import best_quote
from factcheck.reporting.sides import SideView
from factcheck.reporting.words.catalogue import words_in
from tests.support import reports
from tests.support.report_parts import article, claim, point, side

LINES = (
    "Talks between Veld and Kort",
    "The Harbour Journal revealed that Nora Veld had a series of calls with Adan Kort.",
    "The palace denies it outright: the whole story is made up, says Ilo Brandt.",
    "Officials say the two speak weekly.",
)
TEXT = article("t", LINES, publisher="Daily Tide")
YES, NO = "Nora Veld had a series of calls with Adan Kort.", "Nora Veld had no series of calls with Adan Kort."
JOURNAL = Origin(name="Harbour Journal", basis="stated", reason="named", publishers=("Daily Tide",), claims=())
PALACE = Origin(name="Ilo Brandt", basis="speaker", reason="speaks", publishers=("Daily Tide",), claims=())

ENGLISH = words_in("en")


def sides(
    yes: Sequence[tuple[int, Modality, str | None]] = ((2, "reported", None),),
    denial: Sequence[int] = (2, 3),
    words: Sequence[str] = (),
    lines: Sequence[str] = LINES,
) -> tuple[SideView, SideView]:
    """A claim in so many versions (sentence, modality, speaker), and a denial that rests on the given sentences."""
    source = article("t", lines, publisher="Daily Tide")
    claims = [
        claim(f"y{n}", source, sentence, YES, "Daily Tide", modality=modality, speaker=speaker)
        for n, (sentence, modality, speaker) in enumerate(yes)
    ]
    no = claim("n", source, 3, NO, "Daily Tide", modality="denied", speaker="Ilo Brandt")
    spans = [source.sentences[number - 1] for number in denial]
    evidence = tuple(Evidence(sentence=s.number, start=s.start, end=s.end, quote=source.quote(s.number)) for s in spans)
    claims.append(no.model_copy(update={"evidence": evidence}))
    named = sorted({speaker for _, _, speaker in yes if speaker and speaker[0].isupper()})
    said = side(YES, [c.id for c in claims[:-1]], words, JOURNAL, ["Daily Tide"], named)
    denied = side(NO, ["n"], ["no series of calls"], PALACE, ["Daily Tide"], ["Ilo Brandt"])
    asked = point("existence", "Did they talk?", [said, denied], "One denies the other.")
    dispute = Dispute(id="d", title="Did they talk?", facts=("f",), points=(asked,), nature="direct")
    base = reports.veld_story()
    extraction = base.extractions[0].model_copy(update={"article_id": "t", "claims": tuple(claims), "outside": ()})
    report = base.model_copy(update={"disputes": (dispute,), "articles": (source,), "extractions": (extraction,)})
    left, right = outline(report).disputes[0].points[0].sides
    return left, right


def test_a_denial_shows_the_denial_and_not_what_it_denies() -> None:
    """Short evidence is shown together; of long evidence the sentence that the other side does not rest on."""
    together = sides()[1].quote
    assert together is not None
    assert together.words.text == f"{LINES[1]} … {LINES[2]}"
    long = (LINES[0], LINES[1] + " " + "Much more was said about it. " * 20, LINES[2], LINES[3])
    alone = sides(lines=long)[1].quote
    assert alone is not None
    assert alone.words.text == LINES[2]


def test_sentences_that_do_not_follow_each_other_are_parted() -> None:
    """A gap between two sentences of one quote shows."""
    quote = sides(denial=(2, 4))[1].quote
    assert quote is not None
    assert quote.words.text == f"{LINES[1]} … {LINES[3]}"


def test_only_neighbours_of_one_paragraph_are_joined_without_a_mark() -> None:
    """Sentences that follow each other read on within a paragraph; between two paragraphs the gap shows."""
    base = article("t", LINES)
    numbers = (1, 2, 2, 3)
    lines = zip(base.sentences, numbers, strict=True)
    source = base.model_copy(update={"sentences": tuple(s.model_copy(update={"paragraph": n}) for s, n in lines)})
    for sentences, joined in (((2, 3), f"{LINES[1]} {LINES[2]}"), ((3, 4), f"{LINES[2]} … {LINES[3]}")):
        parts = [claim("c", source, number, " ".join(LINES), "Daily Tide").evidence[0] for number in sentences]
        told = claim("c", source, 1, " ".join(LINES), "Daily Tide", modality="denied").model_copy(
            update={"evidence": tuple(parts)}
        )
        quote = best_quote([told], {"t": source}, told.text, w=ENGLISH)
        assert quote is not None
        assert quote.words.text == joined


@pytest.mark.parametrize(("end", "kept"), [(" (Daily Tide)", ""), (" (WIRE)", ""), (" (in May)", " (in May)")])
def test_the_name_of_the_source_is_not_quoted_as_its_words(end: str, kept: str) -> None:
    """The outlet or agency in brackets behind a sentence is left out; any other bracket is the sentence's own."""
    source = article("t", ("Title", "They spoke." + end))
    quote = best_quote(
        [claim("c", source, 2, "They spoke.", "Daily Tide", origin="Wire")], {"t": source}, "", w=ENGLISH
    )
    assert quote is not None
    assert quote.words.text == "They spoke." + kept


def test_a_claim_is_not_quoted_from_its_denial() -> None:
    """Where a side has a sentence of its own, the one it shares with the denial is not shown, clashing words or not."""
    quote = sides(yes=[(2, "reported", None), (4, "reported", None)], words=["series of calls"])[0].quote
    assert quote is not None
    assert quote.words.text == LINES[3]


def test_hearsay_does_not_read_as_fact() -> None:
    """Denied, reported, alleged and partly asserted sides say so in words."""
    assert sides()[1].stance == "denied by Ilo Brandt"
    assert sides()[0].stance == "as reported, not as fact"
    assert sides(yes=[(2, "reported", "officials")])[0].stance == "attributed to officials"
    assert sides(yes=[(2, "reported", "Nora Veld")])[0].stance == "attributed to Nora Veld"
    assert sides(yes=[(2, "alleged", None)])[0].stance == "alleged, not stated as fact"
    assert sides(yes=[(2, "alleged", None), (4, "asserted", None)])[0].stance == "stated as fact in 1 of 2 claims"
    assert sides(yes=[(2, "asserted", None)])[0].stance == ""


def test_speakers_with_commas_do_not_read_as_several() -> None:
    """Words for one voice that hold a comma stand in quotes beside the other speakers, uncut."""
    group = "Officials from Veld, Kort and elsewhere"
    view = sides(yes=[(2, "reported", group), (4, "reported", "Nora Veld")])[0]
    assert view.stance == f"attributed to Nora Veld, “{group}”"


def test_few_variants_are_shown_and_none_twice() -> None:
    """Of the other clashing words three are shown and the rest counted; those that another one holds are left out."""
    view = sides(words=["series of calls", "spoke weekly", "weekly", "for years", "in secret", "by telephone"])[0]
    assert view.also == "also: “spoke weekly”, “for years”, “in secret” and 1 more"


def test_the_brief_tells_each_side_in_a_line() -> None:
    """A dispute is told as its question and what each side says, on which origin, denied by whom."""
    report: Report = reports.veld_story()
    (brief,) = outline(report).brief
    assert brief.question == "Were the two in regular contact?"
    assert brief.sides[0].startswith(
        "Nora Veld has been in regular contact with Adan Kort since late 2022 (3 outlets, "
    )
    assert "origin Harbour Journal" in brief.sides[0]
    assert brief.sides[1].endswith("is entirely false (2 outlets, said by Ilo Brandt)")
