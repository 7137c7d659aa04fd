"""Per claim: who published it, whom it names as its source, who says it, whose words it repeats."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from factcheck.claim_types.names import same_name
from factcheck.findings import OriginBasis
from factcheck.models import Article, Claim, Extraction, KnownSources, StatementClaim
from factcheck.stages.aggregation.naming import Names, headline_names, origin_parts, settle, voices_in
from factcheck.stages.aggregation.shared_text import alike, passage_texts, shingles

AGENCIES = (
    *("ANSA", "Adnkronos", "AGI", "LaPresse", "askanews", "Italpress", "Reuters", "Associated Press", "AP", "AFP"),
    *("Agence France-Presse", "dpa", "EFE", "Europa Press", "TASS", "Interfax", "RIA Novosti", "Xinhua", "UPI", "PTI"),
    *("Kyodo", "Belga", "Keystone-SDA", "APA", "PA Media", "Lusa", "Ritzau", "Ukrinform", "Anadolu", "Yonhap"),
)
"""News agencies whose credit in a byline or in brackets marks their copy."""
_CREDIT = re.compile(
    rf"\(\s*({'|'.join(map(re.escape, AGENCIES))})\s*\)|^({'|'.join(map(re.escape, AGENCIES))})\s*[-–—]"
)
_BYLINE = re.compile(rf"\b({'|'.join(map(re.escape, AGENCIES))})\b", re.IGNORECASE)
_NAME = r"[^\W\d_][\w.'’-]*(?:[ \t]+[^\W\d_][\w.'’-]*){1,3}"
_AND = re.compile(r"[ \t]*,[ \t]*|[ \t]+(?:and|e|und|et|y|en)[ \t]+")
_OWN_BYLINE = re.compile(
    rf"^\W{{0,3}}(?:[Bb]y|BY|[Dd]i|DI|[Vv]on|VON|[Pp]ar|PAR|[Pp]or|POR|[Dd]oor|DOOR)[ \t]+"
    rf"(?P<names>{_NAME}(?:(?:{_AND.pattern}){_NAME})*)(?:[ \t]*[|·•(–—-][^.!?\n]{{0,40}})?[ \t]*$",
    re.MULTILINE,
)
"""A line that holds only who wrote the article: "By Agnes Corrie"."""
_BYLINE_SENTENCES = 4
"""Sentences at the beginning, the title among them, in which a byline is looked for."""
_ENDS = 200
"""Characters at either end of a passage in which a bracketed agency is a credit and not a mention."""


@dataclass(frozen=True)
class Source:
    """Where one claim comes from; all names in the one form the run uses for them."""

    claim: str
    publisher: str
    names: tuple[str, ...]
    """The effective origins: one, unless the claim states several."""
    basis: OriginBasis
    speakers: frozenset[str]
    """The named speaker, by the one name that stands for person and institution; empty when unnamed, and when the
    publisher tells of the speaker in its own voice."""
    heard: frozenset[str]
    """The speaker's names as this text has them."""
    unnamed: str | None
    """The words for a speaker whom the text does not name: "police", "two officials"."""
    drawn_on: frozenset[str]
    """Origins that the claim's passage or its article's headline names for other claims."""
    passage_text: str
    """Equal for passages that share their text."""
    shingles: frozenset[int]
    """Of the evidence sentences."""
    published: dt.date | None


def sources(
    articles: Sequence[Article], extractions: Sequence[Extraction], known_sources: KnownSources
) -> dict[str, Source]:
    """Claim id -> source, for all claims.

    The effective origin is, in this order: what the claim states ("according to the Wall Street Journal", several
    parted by `;`, less the agency whose copy only carries it); the agency that the byline or a bracket credits; the
    named speaker, because two outlets that quote one person have one origin, unless the publisher speaks in its own
    voice about that person, or tells that the person declined to speak; else the publisher's own report. A
    speaker in whose words no proper name is found ("two officials") names no origin; the words are kept, because two
    such claims cannot be shown to be independent. `known_sources` is the user's own list of
    outlets.
    """
    by_id = {article.id: article for article in articles}
    claims = {claim.id: claim for extraction in extractions for claim in extraction.claims}
    labels = file_labels(article.path for article in articles)
    publishers = _publishers(claims.values(), by_id, extractions, labels)
    texts = passage_texts(extractions, by_id)
    hosts = {(p.article_id, p.number) for e in extractions for p in e.passages if p.number == 1}
    credited = {key: _credits(text, by_id[key[0]].author if key in hosts else None) for key, text in texts.items()}
    names = settle(
        {
            *(name for id_, name in publishers.items() if name != labels[by_id[claims[id_].article_id].path]),
            *(part for claim in claims.values() for part in origin_parts(claim.origin)),
            *(agency for agencies in credited.values() for agency in agencies),
        },
        [voice for claim in claims.values() for voice in voices_in(claim.speaker, by_id[claim.article_id])],
        known_sources,
    )
    same_text = alike(texts)
    drawn_on = _drawn_on(claims.values(), by_id, names)
    found = {}
    for claim in claims.values():
        article, key = by_id[claim.article_id], (claim.article_id, claim.passage)
        speaker = None if _is_author(claim.speaker, article) else claim.speaker
        voices = names.speakers(speaker, article)
        speakers = frozenset() if _told_by_publisher(claim) else voices
        own = names.owner(publishers[claim.id])
        origins, basis = _effective(claim, speakers, own, credited.get(key, ()), names)
        found[claim.id] = Source(
            claim=claim.id,
            publisher=names.name(publishers[claim.id]),
            names=origins,
            basis=basis,
            speakers=speakers,
            heard=names.heard(speaker, article),
            unnamed=None if voices or _declines(claim) else speaker,
            drawn_on=drawn_on[key],
            passage_text=same_text.get(key, f"{claim.article_id}/{claim.passage}"),
            shingles=shingles(" ".join(e.quote for e in claim.evidence)),
            published=article.published_at,
        )
    return found


def _effective(
    claim: Claim, speakers: frozenset[str], own: str, credited: Sequence[str], names: Names
) -> tuple[tuple[str, ...], OriginBasis]:
    basis: OriginBasis
    origins, basis = names.stated(claim.origin), "stated"
    carriers = {names.owner(agency) for agency in credited}
    if not carriers.issuperset(origins):
        # The agency whose copy this is carries what another source disclosed; it is no second origin of it.
        origins = tuple(origin for origin in origins if origin not in carriers)
    if not origins and (agency := next((a for a in map(names.owner, credited) if a != own), None)):
        origins, basis = (agency,), "credit"
    if not origins and speakers:
        origins, basis = tuple(sorted(speakers)), "speaker"
    if origins in ((), (own,)):
        return (own,), "own_report"
    return origins, basis


def _told_by_publisher(claim: Claim) -> bool:
    """Whether nobody but the publisher vouches for the claim: it tells of a person, or of one who would not speak."""
    return claim.modality == "asserted" or _declines(claim)


def _declines(claim: Claim) -> bool:
    return isinstance(claim, StatementClaim) and claim.stance == "declines"


def _is_author(speaker: str | None, article: Article) -> bool:
    """Whether the article's own author speaks, by its metadata or a byline: then the claim is the publisher's own."""
    return bool(speaker) and any(same_name(speaker or "", author) for author in _authors(article))


def _authors(article: Article) -> list[str]:
    """The author that the file gives, and those of a byline among the first sentences."""
    end = article.sentences[min(_BYLINE_SENTENCES, len(article.sentences)) - 1].end if article.sentences else 0
    named = [name for line in _OWN_BYLINE.finditer(article.text[:end]) for name in _AND.split(line["names"])]
    return [*filter(None, [article.author]), *named]


def file_labels(paths: Iterable[str]) -> dict[str, str]:
    """Path -> its last parts, as few as tell it from every other path: what an article without a publisher goes by."""
    parts = {path: PurePath(path).parts for path in paths}
    longest = max(map(len, parts.values()), default=0)
    found: dict[str, str] = {}
    for length in range(1, longest + 1):
        tails = {path: "/".join(p[-length:]) for path, p in parts.items() if path not in found}
        count = Counter(tails.values())
        found |= {path: tail for path, tail in tails.items() if count[tail] == 1 or length == longest}
    return found


def _publishers(
    claims: Iterable[Claim],
    articles: Mapping[str, Article],
    extractions: Sequence[Extraction],
    labels: Mapping[str, str],
) -> dict[str, str]:
    """Claim id -> publisher as the files name it, else the label of the file."""
    passages = {(p.article_id, p.number): p.publisher for e in extractions for p in e.passages}
    found = {}
    for claim in claims:
        article, passage = articles[claim.article_id], passages.get((claim.article_id, claim.passage))
        found[claim.id] = claim.publisher or passage or article.publisher or labels[article.path]
    return found


def _drawn_on(
    claims: Iterable[Claim], articles: Mapping[str, Article], names: Names
) -> dict[tuple[str, int], frozenset[str]]:
    """Passage -> the origins it names for any of its claims, with those of the article that stand in a headline."""
    stated: dict[tuple[str, int], set[str]] = defaultdict(set)
    wordings: dict[str, set[str]] = defaultdict(set)
    for claim in claims:
        stated[claim.article_id, claim.passage].update(names.stated(claim.origin))
        wordings[claim.article_id].update(origin_parts(claim.origin))
    headlines = {}
    for article_id, parts in wordings.items():
        present = headline_names(articles[article_id])
        named = {part for part in parts if any(same_name(part, name) for name in present)}
        headlines[article_id] = {names.owner(part) for part in named}
    return {key: frozenset(found | headlines[key[0]]) for key, found in stated.items()}


def _credits(text: str, author: str | None) -> tuple[str, ...]:
    """The agencies credited in the brackets or the dateline of a passage, else in its byline."""
    match = _CREDIT.search(text[:_ENDS]) or _CREDIT.search(text[-_ENDS:])
    byline = _BYLINE.search(author or "")
    return tuple(found for found in (*(match.groups() if match else ()), byline and byline[1]) if found)
