"""What went wrong in a run and how it was made, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from factcheck.findings import Inference, Report, Usage
from factcheck.models import Article, BaseClaim, Failure
from factcheck.reporting.words.catalogue import Words

SUBJECTS_SHOWN = 3


@dataclass(frozen=True)
class Trouble:
    """Failures of one kind, or one file that was not read."""

    what: str
    subjects: tuple[str, ...]
    """At most `SUBJECTS_SHOWN`."""
    left_out: int
    lost: bool
    """True when something is missing from the report; False for what was left aside on purpose."""


def article_name(article: Article) -> str:
    """The title; without one, the path."""
    return article.title or article.path


def troubles(
    report: Report, claims: Mapping[str, BaseClaim], articles: Mapping[str, Article], w: Words
) -> tuple[Trouble, ...]:
    """Failures grouped by stage and message, then files that failed, then files that were skipped."""
    groups: dict[str, list[str]] = {}
    for failure in report.failures:
        stage = w(f"stage.{failure.stage}")
        what = (
            w("trouble.failed_after", failure.attempts, stage=stage, message=failure.message, kind=failure.kind)
            if failure.attempts > 1
            else w("trouble.failed", stage=stage, message=failure.message, kind=failure.kind)
        )
        groups.setdefault(what, []).append(_subject(failure, claims, articles, w))
    for refused in report.unreadable:
        groups.setdefault(w("trouble.unreadable", reason=refused.reason), []).append(refused.path)
    lost = len(groups)
    for refused in report.skipped:
        groups.setdefault(w("trouble.skipped", reason=refused.reason), []).append(refused.path)
    return tuple(
        Trouble(what, tuple(subjects[:SUBJECTS_SHOWN]), max(0, len(subjects) - SUBJECTS_SHOWN), index < lost)
        for index, (what, subjects) in enumerate(groups.items())
    )


def _subject(failure: Failure, claims: Mapping[str, BaseClaim], articles: Mapping[str, Article], w: Words) -> str:
    if failure.subject in articles:
        return article_name(articles[failure.subject])
    pair = [claims[part].text for part in failure.subject.split("|") if part in claims]
    return " / ".join(w("list.quoted", text=text) for text in pair) or failure.subject


def method(report: Report, w: Words) -> tuple[tuple[str, str], ...]:
    """Label and text of each line on how the report was made."""
    run = report.run
    model = run.model
    if run.confirm_model != run.model:
        model = w("method.model_confirmed", model=model, confirm=run.confirm_model)
    if run.base_url:
        address = run.base_url.removeprefix("https://").removeprefix("http://")
        model = w("method.model_at", model=model, address=address)
    rows = [
        ("model", model),
        ("program", f"factcheck {run.version}"),
        ("prompts", ", ".join(sorted(run.prompts))),
        ("settings", ", ".join(f"{key} = {value}" for key, value in sorted(run.settings.items()))),
        ("rules", ", ".join(f"{rule} {w.number(number)}" for rule, number in sorted(run.rules.items()))),
        ("inferred", _inferred(run.inference, w)),
        ("audit", _audit(run.inference, w)),
        ("requests", _requests(run.usage, w)),
        ("tokens", _tokens(run.usage, w)),
        ("cost", _cost(run.usage, w)),
        ("replay", _replay(run.cassette, w)),
        ("recording", run.cassette_note or ""),
        ("limits", w("method.limits_text")),
    ]
    return tuple((w(f"method.{label}"), text) for label, text in rows if text)


def _inferred(inference: Inference, w: Words) -> str:
    named = {"spared": inference.spared, "filled": inference.filled, "closed": inference.closed}
    return "; ".join(w(f"method.{name}", number) for name, number in named.items() if number)


def _audit(inference: Inference, w: Words) -> str:
    if not inference.audited and not inference.unanswered:
        return ""
    low, high = (w.number(round(100 * share)) for share in (inference.low, inference.high))
    found = w("method.audit_found", inference.audited, disagreed=inference.disagreed, low=low, high=high)
    lost = w("method.audit_lost", inference.unanswered) if inference.unanswered else ""
    return "; ".join(part for part in (found, lost) if part)


def _requests(usage: Usage, w: Words) -> str:
    parts = [w("count.requests", usage.requests)]
    parts += [w("count.retries", usage.retries)] if usage.retries else []
    parts += [w("count.reasks", usage.reasks)] if usage.reasks else []
    parts += [w("count.answers_kept", usage.cache_hits)] if usage.cache_hits else []
    return ", ".join(parts)


def _tokens(usage: Usage, w: Words) -> str:
    prompt, completion = usage.prompt_tokens, usage.completion_tokens
    if usage.cached_tokens:
        return w("method.tokens_sum_cached", prompt=prompt, completion=completion, cached=usage.cached_tokens)
    return w("method.tokens_sum", prompt=prompt, completion=completion)


def _cost(usage: Usage, w: Words) -> str:
    if not usage.requests:
        return w("method.cost_nothing")
    if usage.cost_usd is None:
        return w("method.cost_unknown")
    return w("method.dollars", amount=w.money(usage.cost_usd))


def _replay(cassette: str | None, w: Words) -> str:
    if cassette is None:
        return w("method.not_recorded")
    return w("method.replay_with", cassette=cassette)
