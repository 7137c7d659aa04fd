"""The index as one HTML file: no script, no network, readable in the dark and on paper."""

from __future__ import annotations

import html
from collections.abc import Iterable
from importlib.resources import files
from urllib.parse import quote

from factcheck.index import BatchIndex, StoryRow
from factcheck.reporting.base import Style
from factcheck.reporting.batch_index import lines
from factcheck.reporting.batch_index.english import count
from factcheck.reporting.untrusted import clean

DATA = "report.json"


class IndexPage:
    """The page; links go to the stories' folders beside it."""

    name = "html"
    suffixes: tuple[str, ...] = (".html",)

    def __init__(self, report: str = DATA) -> None:
        """`report` is the file in a story's folder that its title leads to."""
        self._report = report

    def render(self, document: BatchIndex, style: Style) -> str:  # noqa: ARG002 -- a page has no width
        """The whole page; other people's words are cleaned and escaped, whatever stands in them."""
        head = lines.headline(document)
        css = files(__package__).joinpath("index.css").read_text(encoding="utf-8")
        return (
            f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{_text(document.root)}: {_text(head)}</title>\n<style>\n{css}</style>\n</head>\n<body>\n"
            f'<header>\n<p class="brand">factcheck {_text(document.version)} · {_text(document.model)} · '
            f"{_text(document.root)}</p>\n<h1>{_text(head)}</h1>\n"
            f"{_list(lines.facts_of_run(document), 'sums')}</header>\n"
            f"<main>\n<table>\n<thead><tr>{_heads()}</tr></thead>\n<tbody>\n"
            + "".join(self._row(row) for row in document.stories)
            + f"</tbody>\n</table>\n{_unreadable(document)}</main>\n<footer><p>It shows where articles disagree and "
            "never who is right; what was not checked is listed as such.</p></footer>\n</body>\n</html>\n"
        )

    def _row(self, row: StoryRow) -> str:
        sign, word = lines.STATUS[row.status]
        title = _text(row.title)
        if row.report is not None:
            address = "./" + quote(f"{row.report}/{self._report}", errors="replace")
            title = f'<a href="{_text(address)}">{title}</a>'
        new = sum(line.new for line in row.disputes)
        mark = f' <span class="new">{new} new</span>' if new else ""
        disputes = "".join(f"<li{' class=fresh' if line.new else ''}>{_text(line.title)}</li>" for line in row.disputes)
        details = _list(lines.news(row), "news") + _list(lines.troubles(row), "trouble")
        return (
            f'<tr class="{row.status}"><td><strong>{title}</strong><span class="why">{_text(lines.why(row))}</span>'
            f"{details}</td><td>{_text(lines.disputes(row))}{mark}{f'<ul>{disputes}</ul>' if disputes else ''}</td>"
            f'<td class="n" data-label="Articles">{row.articles:,}</td>'
            f'<td class="n" data-label="Claims">{row.claims:,}</td>'
            f'<td class="n" data-label="Corroborated">{row.corroborated:,}</td>'
            f'<td class="state">{sign} {word}</td><td class="n">{_text(lines.spend(row.usage))}</td></tr>\n'
        )


def _heads() -> str:
    names = ("Story", "Disputes", "Articles", "Claims", "Corroborated", "State", "Last check")
    return "".join(f'<th scope="col">{name}</th>' for name in names)


def _unreadable(index: BatchIndex) -> str:
    if not index.unreadable:
        return ""
    files_ = count(len(index.unreadable), "file")
    each = _list((f"{refused.path}: {refused.reason}" for refused in index.unreadable), "trouble")
    return f"<details><summary>{files_} could not be read</summary>{each}</details>\n"


def _list(items: Iterable[str], kind: str) -> str:
    found = "".join(f"<li>{_text(item)}</li>" for item in items)
    return f'<ul class="{kind}">{found}</ul>' if found else ""


def _text(text: str) -> str:
    return html.escape(clean(text), quote=True)
