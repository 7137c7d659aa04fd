"""A sentence that is a claim as it stands, taken without a model."""

from __future__ import annotations

from factcheck.models import Article, EventClaim, Evidence, Extraction, Passage, tagged_hash


def stated(article: Article) -> Extraction:
    """The article's whole text as its one claim, with all of its sentences as evidence.

    For statements that a person has written to be compared. The claim has no type of its own: what an event claim can
    bear on is the widest.
    """
    evidence = tuple(
        Evidence(sentence=s.number, start=s.start, end=s.end, quote=article.quote(s.number)) for s in article.sentences
    )
    claim = EventClaim(
        id=tagged_hash({"article": article.id, "stated": article.text}),
        article_id=article.id,
        text=" ".join(article.text.split()),
        evidence=evidence,
        passage=1,
        publisher=article.publisher,
    )
    last = len(article.sentences)
    passage = Passage(article_id=article.id, number=1, publisher=article.publisher, first=1, last=last)
    return Extraction(article_id=article.id, passages=(passage,), claims=(claim,), outside=(), uncovered=())
