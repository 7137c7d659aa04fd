"""A small story made by hand: articles of given claims, and the judgements between them."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from typing import Any

from factcheck.findings import Fact, Origin, Report
from factcheck.models import (
    CLAIM,
    Article,
    Claim,
    Conflict,
    ConflictKind,
    ConflictNature,
    Evidence,
    Extraction,
    Failure,
    Judgement,
    KnownSources,
    Passage,
    Relation,
    Sentence,
)
from factcheck.stages.aggregation.report import aggregate
from tests.support.means import RUN

LONG = "Divers found the wreck of the ferry in forty metres of water off the northern cape on Sunday morning"


class Scene:
    """Collects sentences and claims per article; claim ids are `path#number`, article ids are paths."""

    def __init__(self) -> None:
        self._fields: dict[str, dict[str, Any]] = {}
        self._sentences: dict[str, list[tuple[str, int, bool]]] = {}
        self._publishers: dict[str, dict[int, str | None]] = {}
        self._claims: dict[str, list[tuple[int, dict[str, Any]]]] = {}
        self.judgements: list[Judgement] = []
        self.failures: list[Failure] = []

    def article(self, path: str, publisher: str | None = None, day: str | None = None, **fields: Any) -> str:
        """A new article, without sentences so far; a title becomes its headline."""
        published = dt.date.fromisoformat(day) if day else None
        self._fields[path] = {"publisher": publisher, "published_at": published, "language": "en"} | fields
        self._sentences[path] = [(fields["title"], 1, True)] if fields.get("title") else []
        self._publishers[path] = {1: publisher}
        self._claims[path] = []
        return path

    def passage(self, path: str, publisher: str | None) -> int:
        """A further passage of an aggregator page; its number."""
        number = max(self._publishers[path]) + 1
        self._publishers[path][number] = publisher
        return number

    def claim(self, path: str, text: str, quote: str | None = None, passage: int = 1, **fields: Any) -> str:
        """A claim, with one sentence of the article (the text itself unless quoted) as its evidence."""
        self._sentences[path].append((quote or text, passage, False))
        id_ = f"{path}#{len(self._claims[path])}"
        said = {"modality": "reported" if fields.get("speaker") else "asserted"}
        self._claims[path].append(
            (len(self._sentences[path]), {"id": id_, "text": text, "passage": passage} | said | fields)
        )
        return id_

    def said(self, publisher: str, text: str, day: str | None = None, **fields: Any) -> str:
        """A claim in an article of its own."""
        return self.claim(self.article(f"{publisher}.txt", publisher, day), text, **fields)

    def judge(
        self,
        first: str,
        second: str,
        relation: Relation,
        kind: ConflictKind = "content",
        nature: ConflictNature = "direct",
        words: tuple[str | None, str | None] = (None, None),
        **fields: Any,
    ) -> None:
        """A judgement of `first` against `second`, turned into canonical order."""
        question, reason = fields.pop("question", None), fields.pop("reason", None)
        if second < first:
            mirrored: Mapping[Relation, Relation] = {"a_entails_b": "b_entails_a", "b_entails_a": "a_entails_b"}
            first, second, words = second, first, (words[1], words[0])
            relation = mirrored.get(relation, relation)
        conflict = None
        if relation == "contradicts":
            conflict = Conflict(
                kind=kind,
                nature=nature,
                question=question,
                left_words=words[0],
                right_words=words[1],
                reason=reason,
            )
        self.judgements.append(
            Judgement(
                left=first, right=second, rule="different_passages", relation=relation, conflict=conflict, **fields
            )
        )

    def equal(self, *claims: str) -> None:
        """All of the claims are equivalent to one another."""
        for index, first in enumerate(claims):
            for second in claims[index + 1 :]:
                self.judge(first, second, "equivalent")

    def articles(self) -> tuple[Article, ...]:
        """The articles as they stand."""
        return tuple(self._article(path) for path in self._fields)

    def extractions(self) -> tuple[Extraction, ...]:
        """The extractions as they stand."""
        return tuple(self._extraction(article) for article in self.articles())

    def claims(self) -> dict[str, Claim]:
        """Claim id -> claim."""
        return {claim.id: claim for extraction in self.extractions() for claim in extraction.claims}

    def report(self, seed: int | None = None, **fields: Any) -> Report:
        """The aggregated report; with a seed everything arrives in another order."""
        articles, extractions = list(self.articles()), list(self.extractions())
        judgements, failures = list(self.judgements), list(self.failures)
        if seed is not None:
            shuffle = random.Random(seed).shuffle
            extractions = [_shuffled(extraction, seed) for extraction in extractions]
            for items in (articles, extractions, judgements, failures):
                shuffle(items)
        given: dict[str, Any] = {"skipped": (), "unreadable": (), "run": RUN} | fields
        return aggregate(articles=articles, extractions=extractions, judgements=judgements, failures=failures, **given)

    def _article(self, path: str) -> Article:
        text, sentences = "", []
        for number, (words, passage, headline) in enumerate(self._sentences[path], 1):
            start = len(text)
            text += words + "\n\n"
            sentences.append(
                Sentence(number=number, start=start, end=start + len(words), paragraph=passage, headline=headline)
            )
        return Article(id=path, path=path, text=text, sentences=tuple(sentences), **self._fields[path])

    def _extraction(self, article: Article) -> Extraction:
        passages, total = [], max(len(article.sentences), 1)
        for number, publisher in self._publishers[article.path].items():
            own = [i for i, (_, passage, _) in enumerate(self._sentences[article.path], 1) if passage == number]
            first, last = (1, total) if number == 1 or not own else (min(own), max(own))
            passages.append(Passage(article_id=article.id, number=number, publisher=publisher, first=first, last=last))
        claims = []
        for sentence, fields in self._claims[article.path]:
            place = article.sentences[sentence - 1]
            evidence = Evidence(
                sentence=sentence, start=place.start, end=place.end, quote=article.text[place.start : place.end]
            )
            publisher = self._publishers[article.path][fields["passage"]]
            defaults = {"type": "event", "article_id": article.id, "evidence": (evidence,), "publisher": publisher}
            claims.append(CLAIM.validate_python(defaults | fields))
        return Extraction(
            article_id=article.id, passages=tuple(passages), claims=tuple(claims), outside=(), uncovered=()
        )


def _shuffled(extraction: Extraction, seed: int) -> Extraction:
    claims = list(extraction.claims)
    random.Random(seed).shuffle(claims)
    return extraction.model_copy(update={"claims": tuple(claims)})


def fact(*claims: dict[str, Any], known: dict[str, str] | None = None) -> Fact:
    """The fact of equivalent claims, each `said` with the given fields in an article of its own."""
    scene = Scene()
    ids = [scene.said(**{"text": f"Version {number}."} | fields) for number, fields in enumerate(claims)]
    scene.equal(*ids)
    (found,) = scene.report(known_sources=KnownSources(owners=known or {})).facts
    return found


def named(origins: tuple[Origin, ...]) -> list[tuple[str, str]]:
    """Name and basis of each origin."""
    return [(origin.name, origin.basis) for origin in origins]
