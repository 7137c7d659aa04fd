"""Text that others wrote, made harmless for the place where it is shown; every format gets its text from here.

Article text, names, paths, model output and error messages are all untrusted. JSON needs nothing of this: it is
written in ASCII, with everything else as escapes.
"""

from __future__ import annotations

import re

_SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor movement
    # OSC, DCS, SOS, PM, APC; only when closed, so that an open one cannot swallow the rest of an article
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x90\x98\x9c-\x9f]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]"  # two-character escapes
)
_SPACES = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029 ]+")
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidi controls
    "\u200b\u2060-\u2064\ufeff\ufff9-\ufffb"  # zero-width and interlinear; joiners stay, scripts need them
    "\U000e0000-\U000e007f]"  # tags
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_MARKDOWN = re.compile(
    r"[`\[|~$]"  # code, links and images, table cells, strikethrough, mathematics
    r"|\\(?=[!-/:-@\[-`{-~]|$)"  # a backslash is one only before punctuation, and joins what comes next at the end
    r"|(?<!\s)\*|\*(?!\s)"  # between blanks an asterisk marks nothing
    r"|(?<![^\W_])_|_(?![^\W_])"  # and inside a word an underscore
    r"|<(?=[A-Za-z/!?]|$)"
    r"|#(?=\d|\s*$)"  # GitHub's references to issues; the end of a heading
)
_MARKDOWN_START = re.compile(r"^( ?)(?:([>#]|[-+*](?=[\s+-]|$)|=(?==*\s*$))|(\d{1,9})([.)])(?=\s|$))")
_ENTITY = re.compile(r"&(?=#?\w+(?:;|$))")
_ADDRESS = re.compile(r"(?i)\b(https?|ftp)://")


def clean(text: str) -> str:
    """One line of plain text: no control, escape or bidi characters, runs of blanks made one, surrogates replaced.

    Enough for a terminal, provided that it is not printed as markup.
    """
    if text.isprintable() and "  " not in text:  # nearly all text; invisible characters are not printable
        return text
    text = _SPACES.sub(" ", _SEQUENCES.sub("", text))  # blanks first: line ends are controls too
    return _SPACES.sub(" ", _SURROGATES.sub("\ufffd", _INVISIBLE.sub("", text)))


def markdown(text: str) -> str:
    """One line of Markdown (CommonMark and GitHub's dialect) that shows `text` and does nothing else.

    No emphasis, code, links, images, HTML, tables, headings or lists can come of it, and no bare address, mail
    address or mention becomes a link.

    Only what Markdown would interpret at that place is escaped, so that the source can be read too. The text may
    stand at the beginning of a block, in a table cell, or touch marks of ours on both sides.
    """
    text = _ENTITY.sub("&amp;", clean(text))
    text = _MARKDOWN.sub(lambda m: "\\" + m[0], text)
    text = _ADDRESS.sub(r"\1\\://", text)
    text = re.sub(r"@(?=\w)", "@<!-- -->", text)
    text = re.sub(r"(?i)\b(www)\.(?=\w)", r"\1\\.", text)
    return _MARKDOWN_START.sub(lambda m: f"{m[1]}\\{m[2]}" if m[2] else f"{m[1]}{m[3]}\\{m[4]}", text)


_FORMULA_STARTS = frozenset("=+-@＝＋－＠")
"""What spreadsheets take for the start of a formula (OWASP, CSV injection); East Asian ones take the wide forms too.

TAB and CR, which OWASP lists as well, never come so far: every cell is one line without controls.
"""
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def cell(text: str | None) -> str:
    """A cell of a table for spreadsheets: one line, and a text where it would be taken for a formula."""
    # stripped, because some spreadsheets trim a cell before they look for a formula
    shown = clean(text or "").strip()
    return f"'{shown}" if shown[:1] in _FORMULA_STARTS else shown


def xml(text: str) -> str:
    """One line that XML 1.0 can hold; what is markup to XML is left to whoever writes the document."""
    return _NOT_XML.sub("\ufffd", clean(text))


def github(text: str) -> str:
    """The message of a workflow command of GitHub Actions: one line in which no other command can begin."""
    shown = clean(text).replace("##[", "# #[")  # the older form of commands, which may begin anywhere in a line
    return shown.replace("%", "%25")


def github_property(text: str) -> str:
    """The value of a property of a workflow command, such as its title."""
    return github(text).replace(":", "%3A").replace(",", "%2C")
