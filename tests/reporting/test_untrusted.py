"""Other people's words can do nothing to the place where they are shown."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml

from factcheck.findings import Report
from factcheck.reporting.base import Style
from factcheck.reporting.registry import REPORT_RENDERERS
from factcheck.reporting.untrusted import clean, markdown
from tests.support.odd_reports import hostile_report
from tests.support.reports import veld_story

ANY_TEXT = st.text(alphabet=st.characters(), max_size=60)
OWN_COLORS = re.compile(r"\x1b\[[0-9;]*m")


@settings(deadline=None)
@given(ANY_TEXT)
def test_clean_leaves_one_line_without_controls(text: str) -> None:
    """No control, bidi control or surrogate survives, whatever the text."""
    shown = clean(text)
    assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in shown)
    assert not set(shown) & set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029")


@settings(deadline=None)
@given(ANY_TEXT)
@example("a \x07 b")
@example("\x1b\x1b[0m[0m")
def test_clean_is_idempotent(text: str) -> None:
    """Cleaning twice is cleaning once, so that parts can be cleaned before and after they are joined."""
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;http://x\x07link\x1b]8;;\x1b\\", "link"),
        ("open \x1b]0;title and the rest of the article", "open 0;title and the rest of the article"),
        ("a\tb\nc\r\nd", "a b c d"),
        ("\u202egnp.exe", "gnp.exe"),
        ("\ud800", "\ufffd"),
        ("[bold]so[/bold]", "[bold]so[/bold]"),
        ("è già così – «sì» 日本 👩‍👩‍👧", "è già così – «sì» 日本 👩‍👩‍👧"),
    ],
)
def test_clean_keeps_words(text: str, shown: str) -> None:
    """Sequences go as a whole, words of every script stay, and an unclosed sequence swallows nothing."""
    assert clean(text) == shown


TRICKY = st.text(alphabet="\\\\`*_[]()<>#|!~$&;:/@.-+=019 ab\u00e9\u2014\n", max_size=24)


@settings(deadline=None, max_examples=400)
@given(ANY_TEXT | TRICKY)
@example("a * b")
@example(" * b")
@example("a_b_c _d_")
@example("5 > 3 [x](y) ![z](w)")
@example("#")
@example("0\r#\r")
@example("=")
@example("&lt")
@example("\\")
def test_markdown_means_nothing_wherever_it_stands(text: str) -> None:
    """A parser shows the text and no mark of its own: as a paragraph, heading, list entry, cell, and between ours."""
    parser = MarkdownIt("commonmark").enable("table").enable("strikethrough")
    shown, escaped = clean(text).strip(), markdown(text)
    places = [f"x {escaped} y", f"# {escaped}", f"- {escaped}", f"| a |\n| --- |\n| {escaped} |", f"**x{escaped}x**"]
    for place in places:
        tokens = parser.parse(place)
        inline = [child for token in tokens for child in token.children or ()]
        kinds = {token.type for token in inline} - {"text", "text_special", "html_inline"}
        ours = {"strong_open", "strong_close"} if place.startswith("**") else set()
        assert kinds <= ours, place
        assert not {token.type for token in tokens} & {"blockquote_open", "hr", "code_block", "fence", "html_block"}
        words = "".join(token.content for token in inline if token.type in ("text", "text_special"))
        assert shown in words, place


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("- item", "\\- item"),
        ("12. item", "12\\. item"),
        ("0.5 per cent", "0.5 per cent"),
        ("see https://evil.example", "see https\\://evil.example"),
        ("see WWW.evil.example", "see WWW\\.evil.example"),
        ("&lt;b&gt;", "&amp;lt;b&amp;gt;"),
        ("@editor", "@<!-- -->editor"),
        ("pairs_per_request = 100 > 5, at 10:30 @ home!", "pairs_per_request = 100 > 5, at 10:30 @ home!"),
        ("AT&T & R&D; 2 * 3 = 6 (so [sic])", "AT&T & R&amp;D; 2 * 3 = 6 (so \\[sic])"),
        ("see #12 and _this_", "see \\#12 and \\_this\\_"),
        (" - item", " \\- item"),
        ("-5 degrees", "-5 degrees"),
        ("urn://x", "urn://x"),
    ],
)
def test_markdown_by_example(text: str, shown: str) -> None:
    """Line starts, bare addresses, entities and mentions lose their meaning and keep their looks."""
    assert markdown(text) == shown


@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("width", [40, 60, 80, 140])
def test_table_of_hostile_text(width: int, color: bool) -> None:
    """The only escapes in the table are our own colours, and no line is wider than asked."""
    text = REPORT_RENDERERS["table"].render(hostile_report(), Style(width, color))
    bare = OWN_COLORS.sub("", text) if color else text
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", bare)
    assert max(map(len, bare.split("\n"))) <= width
    assert "[/nope]" in bare


def test_json_of_hostile_text() -> None:
    """JSON is ASCII, lone surrogates included, and reads back as the same report."""
    text = REPORT_RENDERERS["json"].render(hostile_report(), Style())
    assert text.isascii()
    assert Report.model_validate(json.loads(text)) == hostile_report()


@pytest.mark.parametrize("story", [hostile_report, veld_story])
def test_markdown_as_a_parser_reads_it(story: Callable[[], Report]) -> None:
    """A CommonMark parser with tables finds no link, image, code or HTML, and only the headings that are ours."""
    text = REPORT_RENDERERS["markdown"].render(story(), Style())
    blocks = MarkdownIt("commonmark").enable("table").enable("strikethrough").parse(text)
    inline = [child for block in blocks for child in block.children or ()]
    kinds = {token.type for token in (*blocks, *inline)}
    assert not kinds & {"link_open", "image", "code_inline", "code_block", "fence", "html_block", "s_open", "hr"}
    assert {token.content for token in inline if token.type == "html_inline"} <= {"<!-- -->"}
    assert "em_open" not in kinds
    headings = [token.map for token in blocks if token.type == "heading_open"]
    ours = [line for line in text.split("\n") if line.startswith("#")]
    assert len(headings) == len(ours) == text.count("\n## ") + text.count("\n### ") + 1


@given(ANY_TEXT)
@settings(deadline=None)
@example("a  \nb")
@example("<b>&amp;[x](y)")
@example("1) x")
@example("-\t-")
def test_markdown_shows_the_text_itself(text: str) -> None:
    """What a CommonMark parser shows of an escaped text is the cleaned text, in one paragraph."""
    shown = clean(text).strip()
    html = MarkdownIt("commonmark").render(markdown(text))
    expected = f"<p>{escapeHtml(shown)}</p>\n" if clean(text).strip(" ") else ""
    assert html.replace("<!-- -->", "") == expected
