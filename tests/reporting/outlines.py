"""What is kept of outputs that are too long to be read whole: short enough for a diff, and every byte accounted for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from lxml.html import HtmlElement, document_fromstring

LEFT_OUT = {"script", "style", "form", "dialog", "head", "svg"}
LONG = 100
"""Characters of a text that are kept."""
FIRST = 3
"""Entries of an inner list, and pairs of a page, that are kept."""
ROWS = 20
"""Of a table, those that are kept."""


def skeleton(element: HtmlElement, depth: int = 0) -> Iterator[str]:
    """A line for each element with a class or text of its own, indented by its depth."""
    if not isinstance(element.tag, str) or element.tag in LEFT_OUT:
        return
    parts = [element.text or "", *(child.tail or "" for child in element)]
    words = " ".join(" … ".join(part for part in parts if part.strip()).split())
    name = ".".join([str(element.tag), *(element.get("class") or "").split()])
    yield f"{'  ' * depth}{name}{': ' if words else ''}{words}"
    for child in element:
        yield from skeleton(child, depth + 1)


def page_outline(html: str) -> str:
    """A page as `skeleton`, without what stands on it twice: the notes of claims, and pairs beyond the first."""
    page = document_fromstring(html)
    found = [*page.iterfind(".//span[@class='tip']"), *page.findall(".//ol[@class='pairs']/li")[FIRST:]]
    for element in found:
        assert isinstance(element, HtmlElement)
        element.drop_tree()
    return "\n".join(skeleton(page)) + "\n"


def json_outline(text: str) -> str:
    """Each part of a JSON document: how many entries, a hash of them all, and the first one shortened."""
    document: dict[str, Any] = json.loads(text)
    return _parts((name, value if isinstance(value, list) else [value]) for name, value in document.items())


def lines_outline(text: str) -> str:
    """JSON Lines likewise, by the kind of record."""
    kinds: dict[str, list[Any]] = {}
    for line in text.splitlines():
        record = json.loads(line)
        kinds.setdefault(record["record"], []).append(record)
    return _parts(kinds.items())


def table_outline(text: str) -> str:
    """A table by its number of rows, a hash of them all, and the first ones."""
    lines = text.replace("\r\n", "\n").splitlines(keepends=True)
    digest = hashlib.sha256("".join(lines).encode()).hexdigest()[:16]
    return f"## {len(lines) - 1} rows, sha256 {digest}\n" + "".join(lines[: ROWS + 1])


def _parts(parts: Iterable[tuple[str, Sequence[Any]]]) -> str:
    return "\n".join(line for name, entries in parts for line in _part(name, entries)) + "\n"


def _part(name: str, entries: Sequence[Any]) -> Iterator[str]:
    packed = json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
    yield f"## {name}: {len(entries)}, sha256 {hashlib.sha256(packed.encode()).hexdigest()[:16]}"
    if entries:
        yield json.dumps(_shortened(entries[0]), ensure_ascii=False, indent=1)


def _shortened(value: Any) -> Any:
    if isinstance(value, str) and len(value) > LONG:
        return f"{value[:LONG]}… ({len(value)} characters)"
    if isinstance(value, list) and len(value) > FIRST:
        return [*map(_shortened, value[:FIRST]), f"… {len(value) - FIRST} more"]
    if isinstance(value, list):
        return [_shortened(entry) for entry in value]
    return {name: _shortened(entry) for name, entry in value.items()} if isinstance(value, Mapping) else value
