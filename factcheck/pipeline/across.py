"""Claims of different stories: which are worth comparing, and what the judge says of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from factcheck.claim_types.text import primary
from factcheck.errors import Interrupted
from factcheck.models import Article, CandidatePair, Claim, Failure, Judgement, Value
from factcheck.pipeline.aside import aside
from factcheck.pipeline.judging import judge_all
from factcheck.pipeline.means import Means, Progress
from factcheck.settings import CheckSettings
from factcheck.stages.blocking import expand, gists
from factcheck.stages.blocking.across import Caught, Net
from factcheck.stages.blocking.collapse import collapse
from factcheck.stages.blocking.subjects import Subject


@dataclass(frozen=True)
class Told:
    """The claims of one story, which need no evidence."""

    story: str
    claims: Sequence[Claim]
    languages: Mapping[str, str | None]
    """Id of each of their articles -> its language."""


async def near_across(
    stories: Iterable[Told],
    file: BinaryIO,
    means: Means,
    settings: CheckSettings,
    *,
    mixed: bool,
    also: Iterable[tuple[str, str]] = (),
) -> Caught:
    """What the thin net between stories holds; see `Net`, which keeps in `file` what it has to know. Asks nothing.

    Gists count where they were paid for: to ask for more would make a net over all claims cost as much as a stage. They
    are looked for when the articles are in several languages, which `mixed` says. Raises OSError when the file cannot
    be written, and Interrupted when the run is to end meanwhile.
    """
    net = Net(file)
    for told in stories:
        if means.stopping():
            raise Interrupted.unasked()
        spoken = {id_: primary(language) for id_, language in told.languages.items()}
        gists = _paid_gists(told.claims, spoken, means) if settings.gists and mixed else None
        net.add(told.story, told.claims, spoken, gists)
        await asyncio.sleep(0)  # so that an interrupt is heard
    return await aside(lambda: net.cast(also), means.stopping)


def _paid_gists(claims: Sequence[Claim], spoken: Mapping[str, str | None], means: Means) -> dict[str, str]:
    nowhere = frozenset[tuple[str, int]]()
    subjects = [Subject((claim,), nowhere, frozenset(), spoken.get(claim.article_id)) for claim in claims]
    return gists.stored(gists.foreign(subjects), means.store, means.task("gist_claims"))


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
