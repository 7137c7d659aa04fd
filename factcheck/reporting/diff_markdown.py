"""What moved between two reports, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from factcheck.changes.values import ReportDiff
from factcheck.reporting import wording
from factcheck.reporting.base import Style
from factcheck.reporting.diff_outline import SIGNS, DiffOutline, diff_outline
from factcheck.reporting.untrusted import markdown as safe
from factcheck.reporting.words.catalogue import Words, words_in


class DiffMarkdown:
    """One document; nothing that an article says can become a link, an image, HTML or a heading."""

    name = "markdown"
    suffixes: tuple[str, ...] = (".md", ".markdown")

    def render(self, document: ReportDiff, style: Style) -> str:
        """All changes, long lists cut."""
        w = words_in(style.lang)
        return "\n".join(_page(diff_outline(document, w), w)) + "\n"


def _page(view: DiffOutline, w: Words) -> Iterator[str]:
    yield f"# {safe(view.headline)}"
    yield ""
    yield safe(view.runs)
    for warning in view.warnings:
        yield ""
        yield f"**!** {safe(warning)}"
    for section in view.sections:
        if not section.changes:
            continue
        yield ""
        yield f"## {w('section.titled', title=section.title, number=len(section.changes))}"
        yield ""
        shown, left_out = wording.cut(section.changes)
        for change in shown:
            yield f"- `{SIGNS[change.kind]}` **{safe(change.word)}** {safe(change.text)}"
            yield from (f"  - {safe(note)}" for note in change.notes)
        if left_out:
            yield ""
            yield w("cut.more", left_out)
    yield ""
    yield safe(" · ".join(section.unchanged for section in view.sections))
