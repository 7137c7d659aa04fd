"""HTML trees: parsed without losing text, rid of what no reader sees, turned into lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from factcheck.ingestion.base import Refused
from factcheck.ingestion.visibility import Sheets

if TYPE_CHECKING:
    from lxml.html import HtmlElement

REMOVED = ("script", "style", "template", "noscript", "iframe", "object", "svg", "canvas")
KEPT = frozenset(("html", "body", "main", "article"))
"""Never taken out as hidden: pages hide them until their scripts have run."""
_BLOCKS = (
    "address article aside blockquote br dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header "
    "hr li main nav ol p pre section table tbody td tfoot th thead title tr ul"
)
BLOCKS = frozenset(_BLOCKS.split())
DEEPEST = 1_000
"""Levels of elements; libxml2 drops deeper text without a word at 256, or at 2,048 when told that trees are huge."""
STEP = 100
MARKUP = regex.compile(r"</?(?:p|br|div|h[1-6]|ul|li|b|i|em|strong|a|span|table)\b[^<>]{0,500}>", regex.I)


def parse(text: str) -> HtmlElement:
    """The tree of a page or fragment. Raises Refused when it is empty or nested so deeply that text would be lost."""
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    text = regex.sub(r"^\s*<\?xml[^<>]*\?>", "", text)
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        tree = document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise Refused("an empty or broken page; save it again") from None
    if _too_deep(tree):
        raise Refused(
            f"markup nested more than {DEEPEST} levels deep, where text gets lost; save the page as plain text"
        )
    return tree


def _too_deep(tree: HtmlElement) -> bool:
    """Whether any element has more than DEEPEST ancestors; in steps short enough for the XPath engine."""
    step = "/".join(["*"] * STEP)
    level: list[HtmlElement] = [tree]
    for _ in range(DEEPEST // STEP):
        level = [element for above in level for element in above.xpath(step)]
        if not level:
            return False
    return True


def remove_unseen(tree: HtmlElement) -> tuple[str, ...]:
    """Take out, in place, what a browser does not show; a note when words were among it."""
    sheets = Sheets(tree)
    for element in list(tree.iter(*REMOVED)):
        metadata = element.tag == "script" and "json" in element.get("type", "")
        if element.getparent() is not None and not metadata:
            element.drop_tree()
    elements = characters = 0
    for element in tree.xpath("//*[@hidden or @aria-hidden or @style or @class or @id or self::dialog or self::font]"):
        if element.tag in KEPT or element.getparent() is None or not sheets.hides(element):
            continue
        words = " ".join(element.text_content().split())
        if words:
            elements += 1
            characters += len(words)
        element.drop_tree()
    return (f"hidden text removed: {characters} characters in {elements} elements",) if elements else ()


def lines(tree: HtmlElement) -> str:
    """The words of a tree, block elements parted by blank lines."""
    from lxml import etree

    parts: list[str] = []
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        block = element.tag in BLOCKS
        if event == "start":
            parts.append("\n" if block else "")
            parts.append(_folded(element.text))
        else:
            parts.append("\n" if block else "")
            parts.append(_folded(element.tail) if element is not tree else "")
    found = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n\n".join(line for line in found if line)


def _folded(text: str | None) -> str:
    return regex.sub(r"\s+", " ", text) if text else ""


def words_of(value: str) -> tuple[str, tuple[str, ...]]:
    """A text field that may hold markup, as paragraphs of words with notes; text without markup stays as it is."""
    if not MARKUP.search(value):
        return value, ()
    tree = parse(value)
    notes = remove_unseen(tree)
    return lines(tree), notes
