"""Reports made by hand, small enough to read and rich enough to show every section."""

from __future__ import annotations

import datetime as dt
from itertools import combinations

from factcheck.findings import ArticleSummary, Dispute, Fact, Origin, Report, StorySummary, Usage
from factcheck.models import (
    Article,
    Conflict,
    Extraction,
    Failure,
    Judgement,
    Passage,
    RefusedFile,
)
from tests.support.report_parts import article, by, claim, fact, point, run, side, summary

DAILY = (
    "Shipping magnate kept a line open to the president",
    "Nora Veld spoke with President Adan Kort by telephone from 2022 to 2024, the Harbour Journal found.",
    "Two years ago her fleet numbered 38 vessels, the Harbour Journal writes.",
    "The palace confirms one conversation only, before the war.",
    "Elsewhere: a new ferry line opens in spring.",
)
DIGEST = (
    "Secret talks between Veld and Kort",
    "Nora Veld has been in regular contact with Adan Kort since late 2022, officials told the Harbour Journal.",
    "The calls, from October 2022 on, were about business and geopolitics, writes the Harbour Journal.",
    "Spokesman Ilo Brandt called the report entirely false: there was a single call, before 2022, about shipping only.",
    "Veld's fleet numbers 40 vessels.",
)


HARBOUR = Origin(
    name="Harbour Journal",
    basis="stated",
    reason="both texts name the Harbour Journal as where they got it",
    publishers=("Daily Tide", "Coast Radio", "Morning Post"),
    claims=("c1", "c2", "c4", "c5"),
)
PALACE = Origin(
    name="the palace",
    basis="speaker",
    reason="the spokesman Ilo Brandt speaks for the palace",
    publishers=("Daily Tide", "Evening Mail"),
    claims=("c3", "c6"),
)
OWN = Origin(
    name="Morning Post",
    basis="own_report",
    reason="no other source is named",
    publishers=("Morning Post",),
    claims=("c7",),
)


def veld_dispute() -> Dispute:
    """A report and its denial, which conflict in four points."""
    press, palace = ("Daily Tide", "Coast Radio", "Morning Post"), ("Daily Tide", "Evening Mail")
    denial = ("Ilo Brandt",)
    yes = "Nora Veld has been in regular contact with Adan Kort since late 2022."
    no = "The report that Nora Veld is in regular contact with Adan Kort is entirely false."
    once = "Nora Veld and Adan Kort had a single call."
    before = "The only call between Nora Veld and Adan Kort was before 2022."
    only = "The only call between Nora Veld and Adan Kort was about shipping only."
    about = "The calls between Nora Veld and Adan Kort were about business and geopolitics."
    return Dispute(
        id="d1",
        title="Contacts between Nora Veld and Adan Kort",
        facts=("f1", "f2"),
        nature="direct",
        points=(
            point(
                "content",
                "What were the calls about?",
                [
                    side(about, ["c4"], ["business and geopolitics"], HARBOUR, ["Morning Post"]),
                    side(only, ["c6"], ["shipping only"], PALACE, ["Evening Mail"], denial),
                ],
                "Business and geopolitics are more than shipping only.",
            ),
            point(
                "existence",
                "Were the two in regular contact?",
                [
                    side(yes, ["c1", "c2"], ["in regular contact"], HARBOUR, press),
                    side(no, ["c3"], ["entirely false"], PALACE, palace, denial),
                ],
                "The palace denies the contacts that the Harbour Journal reports.",
            ),
            point(
                "number",
                "How many calls were there?",
                [
                    side(yes, ["c2"], ["regular"], HARBOUR, press),
                    side(once, ["c6", "c3"], ["single"], PALACE, palace, denial),
                ],
                "Regular contact is more than a single call.",
            ),
            point(
                "time",
                "When did they talk?",
                [
                    side(yes, ["c2"], ["since late 2022"], HARBOUR, press),
                    side(before, ["c6"], ["before 2022"], PALACE, ["Evening Mail"], denial),
                ],
                "Since late 2022 and before 2022 exclude each other.",
            ),
        ),
    )


def fleet_update() -> Dispute:
    """Two figures of which the later replaces the earlier."""
    return Dispute(
        id="d2",
        title="Size of the fleet",
        facts=("f3",),
        nature="update",
        points=(
            point(
                "number",
                "How many vessels does the fleet have?",
                [
                    side("Nora Veld's fleet numbers 40 vessels.", ["c7"], ["40"], OWN, ["Morning Post"]),
                    side("Nora Veld's fleet numbered 38 vessels in 2022.", ["c5"], ["38"], HARBOUR, ["Daily Tide"]),
                ],
                "The fleet grew between the two dates.",
                "update",
            ),
        ),
    )


REGULAR = "Nora Veld has been in regular contact with Adan Kort since late 2022."


def veld_extractions(daily: Article, digest: Article) -> tuple[Extraction, Extraction]:
    """The claims of the two articles; the second has three passages."""
    claims = (
        claim(
            "c1", daily, 2, "Nora Veld and Adan Kort talked from 2022 to 2024.", "Daily Tide", origin="Harbour Journal"
        ),
        claim("c5", daily, 3, "Nora Veld's fleet numbered 38 vessels in 2022.", "Daily Tide", origin="Harbour Journal"),
        claim("c2", digest, 2, REGULAR, "Coast Radio", origin="Harbour Journal", modality="reported"),
        claim(
            "c4", digest, 3, "The calls were about business and geopolitics.", "Morning Post", origin="Harbour Journal"
        ),
        claim(
            "c3", digest, 4, "The report of regular contact is entirely false.", "Evening Mail", speaker="Ilo Brandt"
        ),
        claim("c6", digest, 4, "The single call was before 2022.", "Evening Mail", speaker="Ilo Brandt"),
        claim("c7", digest, 5, "Nora Veld's fleet numbers 40 vessels.", "Morning Post"),
    )
    passages = tuple(
        Passage(article_id="a2", number=n, publisher=name, first=n + 1, last=n + 1)
        for n, name in enumerate(("Coast Radio", "Morning Post", "Evening Mail"), 1)
    )
    return (
        Extraction(article_id="a1", passages=(), claims=claims[:2], outside=(5,), uncovered=(1,)),
        Extraction(article_id="a2", passages=passages, claims=claims[2:], outside=(), uncovered=(1,)),
    )


def veld_facts() -> tuple[Fact, ...]:
    """A fact of each verdict, in no order."""
    return (
        fact("f6", "Nora Veld's fleet numbers 40 vessels.", ["c7"], "single_report", ["Morning Post"], OWN),
        fact("f1", REGULAR, ["c1", "c2"], "disputed", ["Daily Tide", "Coast Radio", "Morning Post"], HARBOUR),
        fact("f2", "There was a single call.", ["c6"], "disputed", ["Daily Tide", "Evening Mail"], PALACE),
        fact(
            "f5",
            "They talked at least once.",
            ["c1", "c6"],
            "corroborated",
            ["Daily Tide", "Coast Radio", "Evening Mail"],
            by(HARBOUR, "Daily Tide", "Coast Radio"),
            by(PALACE, "Evening Mail"),
        ),
        fact(
            "f4",
            "The talks touched on business.",
            ["c4"],
            "single_origin",
            ["Coast Radio", "Morning Post"],
            by(HARBOUR, "Coast Radio", "Morning Post"),
        ),
        fact(
            "f3",
            "Nora Veld's fleet numbered 38 vessels in 2022.",
            ["c5"],
            "superseded",
            ["Daily Tide"],
            by(HARBOUR, "Daily Tide"),
        ),
    )


def veld_summary() -> StorySummary:
    """Counts that fit the parts."""
    return summary(
        headline="One dispute in 4 points: the Harbour Journal's report and the palace's denial",
        articles=2,
        publishers=4,
        claims=7,
        facts=6,
        disputes=2,
        origins=3,
        pairs=21,
        judged=19,
        inferred=2,
        possible=1,
        verdicts={"corroborated": 1, "disputed": 2, "superseded": 1, "single_origin": 1, "single_report": 1},
        not_checked=("3 claims of opinion or prediction were not compared.",),
    )


def veld_possible() -> Judgement:
    """A contradiction that the confirmation did not confirm."""
    return Judgement(
        left="c1",
        right="c4",
        rule="all pairs",
        relation="contradicts",
        certainty="possible",
        conflict=Conflict(kind="content", reason="One lists the war, the other does not."),
        note="the confirmation found them compatible",
    )


def veld_judgements() -> tuple[Judgement, ...]:
    """Every pair of the seven claims: one possible contradiction, two inferred, the rest unrelated."""
    keys = [(f"c{a}", f"c{b}") for a, b in combinations(range(1, 8), 2)]
    plain = [Judgement(left=a, right=b, rule="all pairs", relation="unrelated") for a, b in keys]
    inferred = [judgement.model_copy(update={"how": "inferred"}) for judgement in plain[-2:]]
    possible = veld_possible()
    return (*(possible if j.key == possible.key else j for j in plain[:-2]), *inferred)


def veld_story() -> Report:
    """A report and its denial in two articles: one dispute with four points, and an update that stands apart."""
    daily = article("a1", DAILY, publisher="Daily Tide", published_at=dt.date(2024, 10, 25))
    digest = article("a2", DIGEST, published_at=dt.date(2024, 10, 26), notes=("encoding guessed: windows-1252",))
    return Report(
        run=run(),
        summary=veld_summary(),
        disputes=(veld_dispute(), fleet_update()),
        facts=veld_facts(),
        origins=(HARBOUR, PALACE, OWN),
        articles=(daily, digest),
        article_summaries=(
            ArticleSummary(
                article_id="a1", claims=2, verdicts={"disputed": 1, "superseded": 1}, outside=1, uncovered=1
            ),
            ArticleSummary(
                article_id="a2", claims=5, verdicts={"disputed": 2, "single_report": 1}, outside=0, uncovered=1
            ),
        ),
        extractions=veld_extractions(daily, digest),
        judgements=veld_judgements(),
        failures=(),
        skipped=(RefusedFile(path="veld/notes.txt", reason="shorter than 200 characters"),),
        unreadable=(),
    )


def empty_report() -> Report:
    """A run that found no article."""
    return Report(
        run=run(cassette=None, usage=Usage(), rules={}),
        summary=summary(),
        disputes=(),
        facts=(),
        origins=(),
        articles=(),
        article_summaries=(),
        extractions=(),
        judgements=(),
        failures=(),
        skipped=(),
        unreadable=(),
    )


def failed_report() -> Report:
    """One article extracted, one failed, five pairs failed, one file unreadable; the price is not known."""
    good = article("a1", DAILY, publisher="Daily Tide")
    bad = article("a2", DIGEST)
    claims = tuple(claim(f"c{n}", good, 2, f"Claim number {n}.", "Daily Tide") for n in range(1, 5))
    pairs = [(f"c{left}", f"c{right}") for left in range(1, 4) for right in range(left + 1, 5)]
    failures = [Failure(stage="extraction", subject="a2", kind="OutputInvalid", message="no valid answer", attempts=3)]
    failures += [
        Failure(stage="judging", subject=f"{left}|{right}", kind="ModelUnavailable", message="HTTP 503", attempts=5)
        for left, right in pairs[:5]
    ]
    return Report(
        run=run(
            usage=Usage(requests=9, retries=4, prompt_tokens=100, completion_tokens=20),
            cassette=None,
            rules={"all pairs": 6},
        ),
        summary=summary(
            headline="No dispute found, but the check is incomplete",
            articles=2,
            publishers=1,
            claims=4,
            facts=4,
            origins=1,
            pairs=6,
            judged=1,
            failed_pairs=5,
            verdicts={"single_report": 4},
            not_checked=("1 article failed.", "5 pairs failed."),
        ),
        disputes=(),
        facts=tuple(
            fact(f"f{n}", f"Claim number {n}.", [f"c{n}"], "single_report", ["Daily Tide"]) for n in range(1, 5)
        ),
        origins=(),
        articles=(good, bad),
        article_summaries=(
            ArticleSummary(article_id="a1", claims=4, verdicts={"single_report": 4}, outside=0, uncovered=2),
        ),
        extractions=(Extraction(article_id="a1", passages=(), claims=claims, outside=(), uncovered=(1, 3)),),
        judgements=(Judgement(left=pairs[5][0], right=pairs[5][1], rule="all pairs", relation="unrelated"),),
        failures=tuple(failures),
        skipped=(),
        unreadable=(RefusedFile(path="scan.pdf", reason="not a text file"),),
    )
