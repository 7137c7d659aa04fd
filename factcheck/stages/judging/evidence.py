"""What the second reader sees: the articles' own sentences, the claims they state, and the pairs with sides swapped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from factcheck.models import Article, CandidatePair, Claim
from factcheck.prompts import fence
from factcheck.stages.judging.lines import describe, one_line
from factcheck.stages.judging.packing import Batch

NEIGHBOURS = 1
"""Sentences shown on each side of an evidence sentence."""

Claims = Mapping[str, Claim]
"""Claim id -> claim, in the order in which the first reader listed them."""
Articles = Mapping[str, Article]


def user_text(group: Batch, claims: Claims, articles: Articles, vote: int = 1) -> str:
    """The second pass over a group: each sentence and each claim once, then the pairs by the numbers of their claims.

    Articles and claims stand in the reverse of the first reader's order, and side A of a pair is the claim that the
    first reader saw second, so that neither pass favours a side. From the second `vote` on the text says which one it
    is, or a cache on the way would answer with the first.
    """
    backwards = tuple(reversed(group.listed))
    numbers = {id_: number for number, id_ in enumerate(backwards, 1)}
    by_article: dict[str, list[str]] = {}
    for id_ in backwards:
        by_article.setdefault(claims[id_].article_id, []).append(id_)
    blocks = [
        "\n".join(_block(articles[article], f"Article {index}", {f"Claim {numbers[i]}": claims[i] for i in ids}))
        for index, (article, ids) in enumerate(by_article.items(), 1)
    ]
    swapped = sides(group.pairs, group.listed).values()
    named = [f"{n}: A = claim {numbers[a]}, B = claim {numbers[b]}" for n, (a, b) in enumerate(swapped, 1)]
    reading = [f"Reading {vote}."] if vote > 1 else []
    return "\n".join([fence("\n".join(blocks)), "Pairs:", *named, *reading])


def sides(pairs: Sequence[CandidatePair], order: Iterable[str]) -> dict[tuple[str, str], tuple[str, str]]:
    """Pair -> the ids of its sides A and B; A is the claim that comes later in `order`."""
    rank = {id_: index for index, id_ in enumerate(order)}
    return {p.key: (p.right, p.left) if rank[p.right] > rank[p.left] else (p.left, p.right) for p in pairs}


def side(claim: Claim, article: Article) -> str:
    """One claim with its evidence, as far as it depends on claim and article alone; its words must stand in it."""
    return "\n".join(_block(article, "Article", {"Claim": claim}))


def _block(article: Article, name: str, claims: Mapping[str, Claim]) -> Iterator[str]:
    """An article's sentences around the evidence of `claims` (name -> claim), then the claims that they state."""
    published = f"published {article.published_at}" if article.published_at else "date unknown"
    yield f"{name} | {one_line(article.publisher or 'publisher unknown')} | {published}"
    evidence = {e.sentence for claim in claims.values() for e in claim.evidence}
    near = {n + step for n in evidence for step in range(-NEIGHBOURS, NEIGHBOURS + 1)}
    for number in sorted(n for n in near if 1 <= n <= len(article.sentences)):
        yield f"[{number}] {one_line(article.quote(number))}"
    for label, claim in claims.items():
        fields = [describe(claim), *_attribution(claim, article), _stated_in(claim)]
        yield f"{label} | {' | '.join(fields)}"


def _attribution(claim: Claim, article: Article) -> Iterator[str]:
    """Who says it, each with the part that they play, so that no position has to be guessed."""
    named = {
        "publisher": claim.publisher if claim.publisher != article.publisher else None,
        "speaker": claim.speaker,
        "origin": claim.origin,
    }
    if any(named.values()):
        yield "; ".join(f"{part} {one_line(who)}" for part, who in named.items() if who)


def _stated_in(claim: Claim) -> str:
    return "stated in " + " ".join(f"[{number}]" for number in sorted({e.sentence for e in claim.evidence}))
