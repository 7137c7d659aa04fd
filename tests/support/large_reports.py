"""Reports of any size, made by rule, for what a format takes of bytes, seconds and memory."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence

from factcheck.findings import Dispute, Fact, Origin, Report, Side, Verdict
from factcheck.models import (
    Article,
    Conflict,
    ConflictKind,
    ConflictNature,
    Evidence,
    Extraction,
    Judgement,
    QuantityClaim,
    Relation,
    Sentence,
    TimeSpan,
    tagged_hash,
)
from tests.support.report_parts import point, run, summary

KINDS: tuple[ConflictKind, ...] = ("number", "time", "place", "existence")
RELATIONS: tuple[Relation, ...] = ("unrelated", "unrelated", "equivalent", "a_entails_b")
VERDICTS: tuple[Verdict, ...] = (
    "corroborated",
    "single_origin",
    "single_report",
    "single_report",
    "single_report",
)
SIZES: dict[Verdict, int] = {"corroborated": 3, "single_origin": 2, "single_report": 1}
"""Claims of a fact."""
SENTENCES = 24
"""Of each article; the last one belongs to another story."""
DAY = dt.date(2026, 3, 1)
WORDS = [
    "harbour",
    "fire",
    "council",
    "union",
    "strike",
    "minister",
    "court",
    "river",
    "bridge",
    "police",
    "region",
    "hospital",
    "report",
    "quarter",
    "station",
    "budget",
    "evening",
    "market",
    "village",
    "ferry",
    "engineer",
    "school",
    "governor",
    "inquiry",
]


def large_report(articles: int, claims: int, disputes: int, publishers: int = 100) -> Report:
    """A report with that many articles, claims in all and disputes; the same each time."""
    sources = [_article(number, publishers) for number in range(articles)]
    made = [_claim(number, sources[number % articles], number // articles) for number in range(claims)]
    origins = _origins(made, max(1, publishers // 8))
    told = tuple(_dispute(number, made, origins) for number in range(disputes))
    facts = tuple(_facts(made, origins, told))
    held: dict[str, list[QuantityClaim]] = {source.id: [] for source in sources}
    for claim in made:
        held[claim.article_id].append(claim)
    judgements = tuple(_judgements(made))
    return Report(
        run=run(rules={"all pairs": len(judgements)}),
        summary=summary(
            headline=f"{publishers} outlets, {len(origins)} origins: {disputes} disputes",
            articles=articles,
            publishers=publishers,
            claims=claims,
            facts=len(facts),
            disputes=disputes,
            origins=len(origins),
            pairs=len(judgements),
            judged=len(judgements),
            verdicts=dict(Counter(fact.verdict for fact in facts)),
            not_checked=("12 pairs of claims were left out.",),
        ),
        disputes=told,
        facts=facts,
        origins=origins,
        articles=tuple(sources),
        article_summaries=(),
        extractions=tuple(
            Extraction(
                article_id=source.id, passages=(), claims=tuple(held[source.id]), outside=(SENTENCES,), uncovered=()
            )
            for source in sources
        ),
        judgements=judgements,
        failures=(),
        skipped=(),
        unreadable=(),
    )


def _words(seed: int, number: int) -> str:
    """Words that differ from seed to seed."""
    return " ".join(WORDS[(seed * 7 + place * (seed % 5 + 1)) % len(WORDS)] for place in range(number))


def _article(number: int, publishers: int) -> Article:
    lines = [f"Report {number}: {_words(number, 5)}"]
    lines += [f"The {_words(number + place, 13)} counted {number + place} of {place}." for place in range(1, SENTENCES)]
    sentences, at = [], 0
    for place, line in enumerate(lines, 1):
        sentences.append(
            Sentence(number=place, start=at, end=at + len(line), paragraph=1 + place // 3, headline=place == 1)
        )
        at += len(line) + 1
    return Article(
        id=tagged_hash(["article", number]),
        path=f"story/{number:05}.txt",
        title=lines[0],
        publisher=f"The {WORDS[number % publishers % len(WORDS)].title()} Gazette {number % publishers}",
        url=f"https://gazette-{number % publishers}.example/{number}",
        published_at=DAY + dt.timedelta(days=number % 20),
        language=("en", "it", "fr")[number % 3],
        text="\n".join(lines),
        sentences=tuple(sentences),
    )


def _claim(number: int, source: Article, place: int) -> QuantityClaim:
    held = source.sentences[1 + place % (SENTENCES - 2)]
    quote = source.quote(held.number)
    day = DAY + dt.timedelta(days=number % 9)
    return QuantityClaim(
        id=tagged_hash(["claim", number]),
        article_id=source.id,
        text=f"On {day.isoformat()} the {_words(number, 9)} stood at {number % 97}.",
        evidence=(Evidence(sentence=held.number, start=held.start, end=held.end, quote=quote),),
        passage=1,
        publisher=source.publisher,
        speaker=f"Speaker {number % 40}" if number % 3 == 0 else None,
        modality="reported" if number % 2 else "asserted",
        when=TimeSpan(expression="that day", start=day, end=day),
        counted=WORDS[number % len(WORDS)],
        value=float(number % 97),
    )


def _origins(claims: Sequence[QuantityClaim], number: int) -> tuple[Origin, ...]:
    return tuple(
        Origin(
            name=f"Wire agency {place}",
            basis=("stated", "speaker", "shared_text", "credit")[place % 4],
            reason=f"named as where they got it by those who carry its report {place}",
            publishers=tuple(sorted({claim.publisher or "" for claim in claims[place::number]}))[:24],
            claims=tuple(claim.id for claim in claims[place::number]),
        )
        for place in range(number)
    )


def _behind(claims: Sequence[QuantityClaim], origin: Origin) -> Origin:
    names = tuple(sorted({claim.publisher or "" for claim in claims}))
    return origin.model_copy(update={"publishers": names, "claims": tuple(claim.id for claim in claims)})


def _side(claims: Sequence[QuantityClaim], origin: Origin) -> Side:
    return Side(
        claims=tuple(claim.id for claim in claims),
        text=claims[0].text,
        words=tuple(dict.fromkeys(str(int(claim.value)) for claim in claims)),
        publishers=tuple(sorted({claim.publisher or "" for claim in claims})),
        speakers=tuple(sorted({claim.speaker for claim in claims if claim.speaker})),
        origins=(_behind(claims, origin),),
    )


def _dispute(number: int, claims: Sequence[QuantityClaim], origins: Sequence[Origin]) -> Dispute:
    """Three claims against two; every tenth is an update."""
    at = number * 8 % max(1, len(claims) - 8) // 8 * 8
    left, right = claims[at : at + 3], claims[at + 3 : at + 5]
    nature: ConflictNature = "update" if number % 10 == 9 else "direct"
    sides = (_side(left, origins[number % len(origins)]), _side(right, origins[(number + 1) % len(origins)]))
    question = f"How high was the {_words(number, 4)} ({number})?"
    told = point(KINDS[number % len(KINDS)], question, sides, "Both figures cannot be right at one time.", nature)
    facts = tuple(tagged_hash(["fact", claims[place].id]) for place in (at, at + 3))
    return Dispute(id=tagged_hash(["dispute", number]), title=question, facts=facts, points=(told,), nature=told.nature)


def _facts(claims: Sequence[QuantityClaim], origins: Sequence[Origin], disputes: Sequence[Dispute]) -> Iterator[Fact]:
    """Groups of three, two, one, one and one claims; what stands in a direct dispute is disputed."""
    disputed = {id_ for dispute in disputes if dispute.nature == "direct" for id_ in dispute.facts}
    place, number = 0, 0
    while place < len(claims):
        verdict = VERDICTS[number % len(VERDICTS)]
        group = claims[place : place + SIZES[verdict]]
        id_ = tagged_hash(["fact", group[0].id])
        behind = (_behind(group, origins[number % len(origins)]), _behind(group, origins[(number + 1) % len(origins)]))
        yield Fact(
            id=id_,
            text=group[0].text,
            representative=group[0].id,
            claims=tuple(claim.id for claim in group),
            publishers=tuple(sorted({claim.publisher or "" for claim in group})),
            origins=behind if verdict == "corroborated" else behind[:1],
            verdict="disputed" if id_ in disputed else verdict,
        )
        place += len(group)
        number += 1


def _judgements(claims: Sequence[QuantityClaim]) -> Iterator[Judgement]:
    """Each claim against the next three."""
    for place, claim in enumerate(claims):
        for step in (1, 2, 3):
            other = claims[(place + step) % len(claims)]
            left, right = sorted((claim.id, other.id))
            against = (place + step) % 17 == 0
            yield Judgement(
                left=left,
                right=right,
                rule="all pairs",
                relation="contradicts" if against else RELATIONS[(place + step) % len(RELATIONS)],
                conflict=Conflict(kind="number", left_words=str(place % 97)) if against else None,
                how="confirmed" if against else "model",
            )
