"""Claims of different stories: which are worth comparing, and what the judge says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from factcheck.claim_types.text import primary
from factcheck.models import Article, CandidatePair, Claim, Failure, Judgement, Value
from factcheck.pipeline.aside import aside
from factcheck.pipeline.judging import judge_all
from factcheck.pipeline.means import Means, Progress
from factcheck.settings import CheckSettings
from factcheck.stages.blocking import Known, expand, gists
from factcheck.stages.blocking.across import pairs_across
from factcheck.stages.blocking.collapse import collapse
from factcheck.stages.blocking.subjects import Subject


async def near_across(
    stories: Mapping[str, Sequence[Claim]], languages: Mapping[str, str | None], means: Means, settings: CheckSettings
) -> Sequence[CandidatePair]:
    """The pairs that the thin net between stories holds; see `pairs_across`. Asks nothing.

    `stories` maps a story's key to its claims, which need no evidence; `languages` an article's id to its language.
    Gists count where they were paid for: to ask for more would make a net over all claims cost as much as a stage.
    Raises Interrupted when the run is to end meanwhile.
    """
    spoken = {id_: primary(language) for id_, language in languages.items()}
    known = Known(gists=_paid_gists(stories, spoken, means) if settings.gists else {})
    return await aside(lambda: pairs_across(stories, spoken, known), means.stopping)


def _paid_gists(
    stories: Mapping[str, Sequence[Claim]], spoken: Mapping[str, str | None], means: Means
) -> dict[str, str]:
    nowhere = frozenset[tuple[str, int]]()
    claims = {claim.id: claim for told in stories.values() for claim in told}
    subjects = [Subject((claim,), nowhere, frozenset(), spoken.get(claim.article_id)) for claim in claims.values()]
    return gists.stored(gists.needed(subjects), means.store, means.task("gist_claims"))


class JudgedAcross(Value):
    """What became of pairs of claims of different stories."""

    judgements: tuple[Judgement, ...]
    failures: tuple[Failure, ...]


async def judge_across(
    pairs: Sequence[CandidatePair],
    claims: Mapping[str, Claim],
    articles: Mapping[str, Article],
    languages: Mapping[str, str | None],
    means: Means,
    settings: CheckSettings,
    watch: Progress,
) -> JudgedAcross:
    """These pairs judged like those of one story: twins settled without a request, contradictions read a second time.

    `claims` are those of the pairs, in the order of their articles; `articles` and `languages` go by article id. Only
    the pairs given are answered, whatever else follows. Raises SettingsError, see `judge_all`.
    """
    spoken = {claim.article_id: primary(languages.get(claim.article_id)) for claim in claims.values()}
    collapsed = collapse(claims.values(), spoken)
    first = {claim.id: group[0].id for group in collapsed.groups for claim in group}
    asked = dict[tuple[str, str], CandidatePair]()
    for pair in pairs:
        left, right = sorted((first[pair.left], first[pair.right]))
        if left != right:
            asked.setdefault((left, right), pair.model_copy(update={"left": left, "right": right}))
    judged = await judge_all([asked[key] for key in sorted(asked)], claims, articles, means, settings, watch)
    wanted = {pair.key for pair in pairs}
    found = expand(judged.judgements, collapsed.identical)
    return JudgedAcross(judgements=tuple(j for j in found if j.key in wanted), failures=judged.failures)
