"""Per claim: who published it, whom it names as its source, who says it, whose words it repeats."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from factcheck.claim_types.names import canonical_name, find_names
from factcheck.claim_types.text import normalised
from factcheck.models import Article, Claim, Extraction, OriginBasis, Passage
from factcheck.stages.aggregation.facts import components

SHINGLE = 5
"""Words per shingle; five is the usual length for finding news copy (Broder 1997)."""
SHARED_SHINGLES = 3
"""Fewest shingles that two texts must share: a run of seven words, longer than most names and set phrases."""
CONTAINMENT = 0.5
"""Share of the shorter text's shingles that must stand in the longer one for the two to count as one text."""

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
_LEAD = 200
"""Characters at either end of a passage in which a bracketed agency is a credit and not a mention."""

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")
_AND = re.compile(r"\s*[;/]\s*|,\s+|\s+(?:and|e|ed|et|und|y|en)\s+")
_ROLE = re.compile(r"^(?P<head>[^()]+?)\s*\((?P<body>[^()]+)\)\s*$")


@dataclass(frozen=True)
class Source:
    """Where one claim comes from; all names in the one form the run uses for them."""

    claim: str
    publisher: str
    names: tuple[str, ...]
    """The effective origins: one, unless the claim states several."""
    basis: OriginBasis
    speakers: frozenset[str]
    """The named speaker, by the one name that stands for person and institution; empty when unnamed."""
    unnamed: bool
    """Whether the text speaks of sources without naming them."""
    drawn_on: frozenset[str]
    """Origins that the claim's passage or its article's headline names for other claims."""
    passage_text: str
    """Equal for passages that share their text."""
    shingles: frozenset[int]
    """Of the evidence sentences."""
    published: str
    """ISO date, or a text that sorts after all dates."""


def sources(
    articles: Sequence[Article], extractions: Sequence[Extraction], known_sources: Mapping[str, str]
) -> dict[str, Source]:
    """Claim id -> source, for all claims.

    The effective origin is, in this order: what the claim states ("according to the Wall Street Journal", several
    parted by `;`); the agency that the byline or a bracket credits; the named speaker, because two outlets that quote
    one person have one origin; else the publisher's own report. A speaker in whose words no proper name is found
    ("two officials") is nobody in particular, so that the claim stays its publisher's own report. `known_sources` maps
    a name to the one it belongs to (alias or owner).
    """
    by_id = {article.id: article for article in articles}
    claims = {claim.id: claim for extraction in extractions for claim in extraction.claims}
    passages = {(p.article_id, p.number): p for extraction in extractions for p in extraction.passages}
    names = Names.of(claims.values(), by_id, passages, known_sources)
    texts = _passage_texts(extractions, by_id)
    alike = _alike(texts)
    drawn_on = _drawn_on(claims.values(), by_id, names)
    return {
        claim.id: _source(claim, by_id[claim.article_id], passages, names, texts, alike, drawn_on)
        for claim in claims.values()
    }


def publisher_of(claim: Claim, article: Article, passage: Passage | None) -> str:
    """The publisher as the files name it; an article without a publisher goes by its path."""
    return claim.publisher or (passage.publisher if passage else None) or article.publisher or article.path


def _source(
    claim: Claim,
    article: Article,
    passages: Mapping[tuple[str, int], Passage],
    names: Names,
    texts: Mapping[tuple[str, int], str],
    alike: Mapping[tuple[str, int], str],
    drawn_on: Mapping[tuple[str, int], frozenset[str]],
) -> Source:
    key = (claim.article_id, claim.passage)
    publisher = publisher_of(claim, article, passages.get(key))
    speakers = names.speakers(claim.speaker, article.language)
    credit = _credit(article, publisher, texts.get(key, ""), names)
    basis: OriginBasis
    if stated := names.stated(claim.origin):
        found, basis = stated, "stated"
    elif credit is not None:
        found, basis = (credit,), "credit"
    elif speakers:
        found, basis = tuple(sorted(speakers)), "speaker"
    else:
        found, basis = (names.owner(publisher),), "own_report"
    if found == (names.owner(publisher),):
        basis = "own_report"
    return Source(
        claim=claim.id,
        publisher=names.name(publisher),
        names=found,
        basis=basis,
        speakers=speakers,
        unnamed=claim.speaker is not None and not speakers,
        drawn_on=drawn_on.get(key, frozenset()),
        passage_text=alike.get(key, f"{claim.article_id}/{claim.passage}"),
        shingles=shingles(" ".join(e.quote for e in claim.evidence)),
        published=article.published_at.isoformat() if article.published_at else "unknown",
    )


@dataclass(frozen=True)
class Names:
    """One name for everybody the run speaks of."""

    canonical: Mapping[str, str]
    owners: Mapping[str, str]
    """Canonical name -> canonical name it belongs to, by the user's list."""
    voices: Mapping[str, str]
    """Canonical name of a speaker -> the one name for the person and the institution spoken for."""

    @classmethod
    def of(
        cls,
        claims: Iterable[Claim],
        articles: Mapping[str, Article],
        passages: Mapping[tuple[str, int], Passage],
        known_sources: Mapping[str, str],
    ) -> Names:
        """Collect the names of publishers, origins and speakers, and settle one form for each."""
        found = {*known_sources, *known_sources.values(), *AGENCIES}
        spoken: list[tuple[str, ...]] = []
        for claim in claims:
            article = articles[claim.article_id]
            found.add(publisher_of(claim, article, passages.get((claim.article_id, claim.passage))))
            found.update(_parts(claim.origin))
            voice = _named(claim.speaker, article.language)
            found.update(name for part in voice for name in part)
            spoken += voice
        for article in articles.values():
            found.update(_headline_names(article))
        canonical = dict(canonical_name(sorted(found)))
        owners = {canonical[alias]: canonical[owner] for alias, owner in sorted(known_sources.items())}
        voices = _voices([tuple(canonical[name] for name in part) for part in spoken])
        return cls(canonical=canonical, owners=owners, voices=voices)

    def name(self, name: str) -> str:
        """The one form of a name."""
        return self.canonical.get(name, name)

    def owner(self, name: str) -> str:
        """The one form of the name it finally belongs to."""
        current, seen = self.name(name), set[str]()
        while current in self.owners and current not in seen:
            seen.add(current)
            current = self.owners[current]
        return current

    def stated(self, origin: str | None) -> tuple[str, ...]:
        """The origins that a claim states, each once."""
        return tuple(sorted({self.owner(part) for part in _parts(origin)}))

    def speakers(self, speaker: str | None, language: str | None) -> frozenset[str]:
        """The named speakers; empty when the words hold no proper name."""
        first = (part[0] for part in _named(speaker, language))
        return frozenset(self.owner(self.voices.get(self.name(name), self.name(name))) for name in first)


def _parts(origin: str | None) -> list[str]:
    return [part.strip() for part in (origin or "").split(";") if part.strip()]


def _named(speaker: str | None, language: str | None) -> list[tuple[str, ...]]:
    """The named speakers in the words for a speaker, each with the institution spoken for: "Person (Institution)"."""
    found = []
    for part in _AND.split(speaker or ""):
        role = _ROLE.match(part)
        names = [role["head"], role["body"]] if role else [part]
        named = tuple(name.strip() for name in names if find_names(name, language))
        if named:
            found.append(named)
    return found


_SEATS = (
    (
        "kremlin",
        "the kremlin",
        "cremlino",
        "il cremlino",
        "kreml",
        "moscow",
        "mosca",
        "moscou",
        "moskau",
        "moscú",
        "russia",
    ),
    ("white house", "the white house", "casa bianca", "la casa bianca", "maison blanche", "casa blanca", "washington"),
    ("beijing", "pechino", "pékin", "peking", "pekín", "china", "cina", "chine"),
    ("kyiv", "kiev", "kiew", "ukraine", "ucraina", "ucrania"),
    ("downing street", "london", "londra", "londres"),
)
"""Names that speak for one government; left apart they would count one denial as several."""


def _voices(spoken: Sequence[tuple[str, ...]]) -> dict[str, str]:
    """Speaker name -> the one name, the most used, for all that speak with one voice."""
    count = Counter(part[0] for part in spoken)
    nodes = {name for part in spoken for name in part}
    links = {(part[0], name) for part in spoken for name in part[1:]}
    for seat in _SEATS:
        present = sorted(name for name in nodes if normalised(name) in seat)
        links |= {(present[0], other) for other in present[1:]}
    return {
        name: min(voice, key=lambda other: (-count[other], other))
        for voice in components(sorted(nodes), sorted(links))
        for name in voice
    }


def _headline_names(article: Article) -> set[str]:
    words = [article.quote(s.number) for s in article.sentences if s.headline]
    text = " ".join([article.title or "", *words])
    return set(find_names(text, article.language)) if text.strip() else set()


def _drawn_on(
    claims: Iterable[Claim], articles: Mapping[str, Article], names: Names
) -> dict[tuple[str, int], frozenset[str]]:
    """Passage -> the origins it names for any of its claims, with those of the article that stand in a headline."""
    stated: dict[tuple[str, int], set[str]] = defaultdict(set)
    for claim in claims:
        stated[claim.article_id, claim.passage].update(names.stated(claim.origin))
    by_article: dict[str, set[str]] = defaultdict(set)
    for (article_id, _), found in stated.items():
        by_article[article_id] |= found
    headlines = {
        id_: found & {names.owner(name) for name in _headline_names(articles[id_])} for id_, found in by_article.items()
    }
    return {key: frozenset(found | headlines[key[0]]) for key, found in stated.items()}


def _credit(article: Article, publisher: str, text: str, names: Names) -> str | None:
    """The agency credited for a passage, None when there is none or it is the publisher itself."""
    match = _CREDIT.search(text[:_LEAD]) or _CREDIT.search(text[-_LEAD:])
    agency = next((group for group in match.groups() if group), None) if match else None
    if agency is None and article.author and publisher in (article.publisher, article.path):
        byline = _BYLINE.search(article.author)
        agency = byline[1] if byline else None
    if agency is None or names.owner(agency) == names.owner(publisher):
        return None
    return names.owner(agency)


# -- shared text -----------------------------------------------------------------------------------


def shingles(text: str) -> frozenset[int]:
    """Hashes of all runs of five words, case and punctuation apart; scripts without spaces count characters."""
    words = _WORD.findall(text.casefold())
    return frozenset(hash(tuple(words[i : i + SHINGLE])) for i in range(len(words) - SHINGLE + 1))


def sharing(texts: Mapping[str, frozenset[int]]) -> Iterator[tuple[str, str]]:
    """The pairs of keys whose shingles overlap enough to be one text, lower key first."""
    holders: dict[int, list[str]] = defaultdict(list)
    for key in sorted(texts):
        for shingle in texts[key]:
            holders[shingle].append(key)
    shared: Counter[tuple[str, str]] = Counter()
    for keys in holders.values():
        shared.update(combinations(keys, 2))
    for (left, right), count in sorted(shared.items()):
        if count >= SHARED_SHINGLES and count >= CONTAINMENT * min(len(texts[left]), len(texts[right])):
            yield left, right


def _passage_texts(extractions: Sequence[Extraction], articles: Mapping[str, Article]) -> dict[tuple[str, int], str]:
    """Passage -> its own words: a sentence belongs to the narrowest passage around it, teasers to none."""
    texts: dict[tuple[str, int], list[str]] = {}
    for extraction in extractions:
        article = articles[extraction.article_id]
        narrowest_last = sorted(extraction.passages, key=lambda p: (p.first - p.last, p.number))
        owner = {number: p.number for p in narrowest_last for number in range(p.first, p.last + 1)}
        texts |= {(article.id, p.number): [] for p in extraction.passages}
        for sentence in article.sentences:
            if sentence.number in owner and sentence.number not in extraction.outside:
                texts[article.id, owner[sentence.number]].append(article.quote(sentence.number))
    return {key: " ".join(quotes) for key, quotes in texts.items()}


def _alike(texts: Mapping[tuple[str, int], str]) -> dict[tuple[str, int], str]:
    """Passage -> a name equal for all passages that share their text."""
    by_name = {f"{article_id}/{number}": (article_id, number) for article_id, number in texts}
    pieces = {name: shingles(texts[key]) for name, key in by_name.items()}
    return {by_name[name]: cluster[0] for cluster in components(sorted(by_name), sharing(pieces)) for name in cluster}
