"""The counts and sentences that the report opens with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from factcheck.findings import (
    INTERRUPTED,
    LEFT_OUT,
    NOT_NEAREST,
    NOT_SIMILAR,
    ArticleSummary,
    Dispute,
    Fact,
    Opening,
    Origin,
    StorySummary,
    Unchecked,
    Verdict,
)
from factcheck.models import Article, Claim, Extraction, Failure, Judgement, RefusedFile
from factcheck.stages.aggregation.decisions import Decided
from factcheck.stages.aggregation.sources import Source, file_labels
from factcheck.stages.aggregation.verdicts import VERDICTS


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """`1 dispute`, `2 disputes`, `no disputes`; `plural` where adding an s is wrong."""
    word = noun if number == 1 else plural or f"{noun}s"
    return f"{number:,} {word}" if number else f"no {word}"


def story_summary(
    *,
    articles: Sequence[Article],
    extractions: Sequence[Extraction],
    sources: Mapping[str, Source],
    facts: Sequence[Fact],
    disputes: Sequence[Dispute],
    origins: Sequence[Origin],
    judgements: Sequence[Judgement],
    failures: Sequence[Failure],
    set_aside: Sequence[Judgement],
    skipped: Sequence[RefusedFile],
    unreadable: Sequence[RefusedFile],
    rules: Mapping[str, int],
    decided: Decided,
) -> StorySummary:
    """The counts of one story; `pairs` is the sum of the judged, the inferred and the failed ones.

    `rules` counts the pairs that blocking did not choose, by their reason, beside those it chose.
    `decided` says which claims and decisions of reviewers count for nothing.
    """
    claims = [claim for extraction in extractions for claim in extraction.claims]
    publishers = {source.publisher for source in sources.values()}
    outlets = len(publishers)
    files = len(publishers & set(file_labels(article.path for article in articles).values()))
    judged = sum(j.how in ("model", "confirmed") for j in judgements)
    inferred = len(judgements) - judged
    failed = len(failed_pairs(failures, judgements))
    verdicts = Counter(fact.verdict for fact in facts)
    open_ = opening(outlets, files, facts, disputes, failures, (failed, len(judgements)))
    unchecked = unchecked_counts(
        extractions=extractions,
        judgements=judgements,
        failures=failures,
        set_aside=set_aside,
        skipped=skipped,
        unreadable=unreadable,
        rules=rules,
        decided=decided,
    )
    return StorySummary(
        headline=headline(open_),
        articles=len(articles),
        publishers=outlets,
        claims=len(claims),
        facts=len(facts),
        disputes=len(disputes),
        origins=len(origins),
        pairs=judged + inferred + failed,
        judged=judged,
        inferred=inferred,
        failed_pairs=failed,
        possible=sum(j.relation == "contradicts" and j.certainty == "possible" for j in judgements),
        verdicts={verdict: verdicts[verdict] for verdict in VERDICTS if verdicts[verdict]},
        not_checked=tuple(unchecked_sentence(key, n) for key, n in unchecked.items()),
        opening=open_,
        unchecked=unchecked,
    )


def failed_pairs(failures: Sequence[Failure], judgements: Sequence[Judgement]) -> list[Failure]:
    """The pairs that nobody judged; one that failed and whose label follows from others is none of them."""
    settled = {f"{j.left}|{j.right}" for j in judgements}
    return [f for f in failures if f.stage == "judging" and f.subject not in settled]


def opening(
    outlets: int,
    files: int,
    facts: Sequence[Fact],
    disputes: Sequence[Dispute],
    failures: Sequence[Failure],
    pairs: tuple[int, int],
) -> Opening:
    """The counts of the headline; `pairs` are the failed and the settled ones.

    Of the `outlets`, `files` are articles whose publisher nobody knows. The shared facts are the core facts that more
    than one outlet reports; what only one outlet reports has one origin by nature and would hide how many stand behind
    what all report.
    """
    shared = [fact for fact in facts if fact.core and fact.verdict != "single_report" and len(fact.publishers) > 1]
    open_ = [dispute for dispute in disputes if dispute.nature == "direct"]
    return Opening(
        outlets=outlets,
        files=files,
        shared_facts=len(shared),
        shared_origins=len({origin.name for fact in shared for origin in fact.origins}),
        disputes=len(open_),
        points=sum(point.nature == "direct" for dispute in open_ for point in dispute.points),
        explained=len(disputes) - len(open_),
        facts=len(facts),
        corroborated=sum(fact.verdict == "corroborated" for fact in facts),
        failed_articles=len({failure.subject for failure in failures if failure.stage == "extraction"}),
        failed_pairs=pairs[0],
        settled_pairs=pairs[1],
        interrupted=any(failure.kind == INTERRUPTED for failure in failures),
    )


def headline(counts: Opening) -> str:
    """One sentence in English: who reports, on how many origins, what is disputed, what is corroborated.

    What failed is told before it, and instead of it when nothing was compared: silence must not read as agreement.
    `factcheck/reporting/sentences.py` says the same in the reader's language, and a test holds the two together.
    """
    failed = bool(counts.failed_articles or counts.failed_pairs or counts.interrupted)
    if failed and not (counts.facts and counts.settled_pairs):
        return _failed(counts)
    if not counts.facts:
        return "Nothing to compare: no checkable claims were found."
    if counts.files:
        same = counts.files == counts.outlets
        parts = [counted(counts.outlets, "file") if same else f"{counts.outlets:,} outlets and files"]
    else:
        parts = [counted(counts.outlets, "outlet")]
    if counts.shared_facts:
        facts = "fact" if counts.shared_facts == 1 else "facts"
        parts.append(f"{counted(counts.shared_origins, 'origin')} for the {facts} they share")
    elif counts.outlets > 1:
        parts.append("no fact that two of them report alike")
    found = _disputed(counts)
    if failed and not (counts.disputes or counts.explained):
        found += " in what was compared"
    told = f"{', '.join(parts)}: {found}; {_corroborated(counts)}."
    return f"{_failed(counts)} {told[0].upper()}{told[1:]}" if failed else told


def _failed(counts: Opening) -> str:
    """`Incomplete: 3 of 127 pairs were not judged, 1 article was not extracted.`"""
    parts = []
    if counts.failed_pairs:
        total = counted(counts.failed_pairs + counts.settled_pairs, "pair")
        parts.append(f"{counts.failed_pairs:,} of {total} {_were(counts.failed_pairs)} not judged")
    if counts.failed_articles:
        parts.append(f"{counted(counts.failed_articles, 'article')} {_were(counts.failed_articles)} not extracted")
    if not parts:
        parts.append("not every contradiction was read a second time")
    how = "Interrupted" if counts.interrupted else "Incomplete"
    return f"{how}: {', '.join(parts)}{'' if counts.settled_pairs else '; nothing was compared'}."


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def _disputed(counts: Opening) -> str:
    text = counted(counts.disputes, "dispute")
    if counts.disputes:
        text += f" with {counted(counts.points, 'open point')}"
    if counts.explained:
        text += f", {counted(counts.explained, 'difference')} explained by time, scope or rounding"
    return text


def _corroborated(counts: Opening) -> str:
    if not counts.corroborated:
        return "nothing is corroborated by two independent origins"
    verb = "is" if counts.corroborated == 1 else "are"
    of_all = f"{counts.corroborated:,} of {counted(counts.facts, 'fact')}"
    return f"{of_all} {verb} corroborated by two or more independent origins"


def article_summaries(
    articles: Sequence[Article], extractions: Sequence[Extraction], facts: Sequence[Fact]
) -> tuple[ArticleSummary, ...]:
    """Per article its claims by the verdict of their facts; ungrounded claims belong to no fact and have none."""
    verdict_of: dict[str, Verdict] = {id_: fact.verdict for fact in facts for id_ in fact.claims}
    by_article = {extraction.article_id: extraction for extraction in extractions}
    found = []
    for article in articles:
        extraction = by_article.get(article.id)
        claims: Sequence[Claim] = extraction.claims if extraction else ()
        count = Counter(verdict_of[claim.id] for claim in claims if claim.id in verdict_of)
        found.append(
            ArticleSummary(
                article_id=article.id,
                claims=len(claims),
                verdicts={verdict: count[verdict] for verdict in VERDICTS if count[verdict]},
                outside=len(extraction.outside) if extraction else 0,
                uncovered=len(extraction.uncovered) if extraction else 0,
            )
        )
    return tuple(found)


_NOT_CHECKED: dict[Unchecked, tuple[str, str]] = {
    "unreadable": ("{n} file could not be read.", "{n} files could not be read."),
    "skipped": ("{n} file was skipped.", "{n} files were skipped."),
    "articles": (
        "{n} article gave no claims because the model call failed.",
        "{n} articles gave no claims because the model calls failed.",
    ),
    "interrupted": (
        "{n} article was not read before the run was interrupted; the pairs of its claims are in no count.",
        "{n} articles were not read before the run was interrupted; the pairs of their claims are in no count.",
    ),
    "ungrounded": (
        "{n} claim says something that its sentences do not hold; it forms no fact and was not compared.",
        "{n} claims say something that their sentences do not hold; they form no facts and were not compared.",
    ),
    "uncovered": ("{n} sentence gave no claim.", "{n} sentences gave no claim."),
    "outside": (
        "{n} sentence was set aside as part of another story.",
        "{n} sentences were set aside as parts of other stories.",
    ),
    "unpaired": ("{n} claim was compared with no other.", "{n} claims were compared with no others."),
    LEFT_OUT: (
        "{n} pair of claims was left out, because claims of such types cannot bear on each other.",
        "{n} pairs of claims were left out, because claims of such types cannot bear on each other.",
    ),
    NOT_SIMILAR: (
        "{n} pair of claims was not compared, because the claims have hardly a word in common.",
        "{n} pairs of claims were not compared, because their claims have hardly a word in common.",
    ),
    NOT_NEAREST: (
        "{n} pair of claims was not compared, because other claims are closer to both of them.",
        "{n} pairs of claims were not compared, because other claims are closer to both of theirs.",
    ),
    "own_words": (
        "{n} claim was paired by its own words alone, because the model gave no gist or vector for it.",
        "{n} claims were paired by their own words alone, because the model gave no gists or vectors for them.",
    ),
    "pairs": ("{n} pair of claims could not be judged.", "{n} pairs of claims could not be judged."),
    "possible": (
        "{n} possible contradiction was not confirmed and counts for nothing.",
        "{n} possible contradictions were not confirmed and count for nothing.",
    ),
    "set_aside": (
        "{n} agreement between claims was set aside because it clashes with a contradiction.",
        "{n} agreements between claims were set aside because they clash with contradictions.",
    ),
    "views": (
        "{n} opinion or prediction was not checked for contradiction.",
        "{n} opinions and predictions were not checked for contradiction.",
    ),
    "rejected": (
        "{n} claim was rejected by a reviewer; it forms no fact.",
        "{n} claims were rejected by reviewers; they form no facts.",
    ),
    "undecided": (
        "{n} decision of a reviewer was not applied, because what it was about is no longer there.",
        "{n} decisions of reviewers were not applied, because what they were about is no longer there.",
    ),
}
"""What may have gone unchecked, in the order in which it is told: of one, of many."""


def without_inferred(rules: Mapping[str, int], inferred: int) -> dict[str, int]:
    """`rules` without the pairs that were not compared and whose label follows from others all the same.

    Which of the two reasons each was left out for is not known: those that others are nearer than are taken off first,
    for claims that are related to a third one have words in common.
    """
    left = dict(rules)
    for reason in (NOT_NEAREST, NOT_SIMILAR):
        taken = min(inferred, left.get(reason, 0))
        if taken:
            left[reason], inferred = left[reason] - taken, inferred - taken
    return left


def unchecked_sentence(key: Unchecked, n: int) -> str:
    """What was not checked, in English; the catalogues of `factcheck/reporting/words/` say the same."""
    return _NOT_CHECKED[key][n > 1].format(n=f"{n:,}")


def unchecked_counts(
    *,
    extractions: Sequence[Extraction],
    judgements: Sequence[Judgement],
    failures: Sequence[Failure],
    set_aside: Sequence[Judgement],
    skipped: Sequence[RefusedFile],
    unreadable: Sequence[RefusedFile],
    rules: Mapping[str, int],
    decided: Decided,
) -> dict[Unchecked, int]:
    """What nobody checked or what a reader must not take for checked, and how often; zeros are left out."""
    claims = [claim for extraction in extractions for claim in extraction.claims]
    stages = Counter(failure.stage for failure in failures)
    unread = sum(failure.stage == "extraction" and failure.kind == INTERRUPTED for failure in failures)
    paired = {id_ for j in judgements for id_ in j.key}
    paired |= {id_ for failure in failures if failure.stage == "judging" for id_ in failure.subject.split("|")}
    counts: dict[Unchecked, int] = {
        "unreadable": len(unreadable),
        "skipped": len(skipped),
        "articles": stages["extraction"] - unread,
        "interrupted": unread,
        "ungrounded": sum(bool(claim.ungrounded) for claim in claims),
        "uncovered": sum(len(extraction.uncovered) for extraction in extractions),
        "outside": sum(len(extraction.outside) for extraction in extractions),
        "unpaired": sum(not claim.ungrounded and claim.id not in paired for claim in claims),
        LEFT_OUT: rules.get(LEFT_OUT, 0),
        NOT_SIMILAR: rules.get(NOT_SIMILAR, 0),
        NOT_NEAREST: rules.get(NOT_NEAREST, 0),
        "own_words": len({failure.subject for failure in failures if failure.stage == "blocking"}),
        "pairs": stages["judging"],
        "possible": sum(j.relation == "contradicts" and j.certainty == "possible" for j in judgements),
        "set_aside": len(set_aside),
        "rejected": len(decided.rejected),
        "undecided": sum(decision.fate == "gone" for decision in decided.decisions),
        "views": sum(claim.type in ("opinion", "prediction") for claim in claims),
    }
    return {key: counts[key] for key in _NOT_CHECKED if counts[key]}
