"""What a report format is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar, runtime_checkable

Document = TypeVar("Document")
Document_contra = TypeVar("Document_contra", contravariant=True)


@dataclass(frozen=True)
class Style:
    """What the place where the text will be read allows; formats that are not for terminals ignore it."""

    width: int = 100
    """Columns."""
    color: bool = False
    table: str = "claims"
    """Of a format that holds one table at a time, which one."""
    excel: bool = False
    """Whether tables begin with the mark by which Excel knows UTF-8."""
    lang: str = "en"
    """Language of the words of the report itself, as `words/` knows it; what articles say stays in theirs."""


class Renderer(Protocol[Document_contra]):
    """One format. Pure: the same document and style give the same text, whatever the clock and the environment say."""

    @property
    def name(self) -> str:
        """What `--format` calls it."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """File extensions that choose it, lower case, with the dot."""

    def render(self, document: Document_contra, style: Style) -> str:
        """The document as text, with a newline at its end; `untrusted` has been applied to all that it quotes."""


@runtime_checkable
class PagedRenderer(Protocol[Document_contra]):
    """A format that may part a large document into several files."""

    def pages(self, document: Document_contra, style: Style, stem: str) -> Mapping[str, str]:
        """File name -> text; the front has the empty name, and the others belong into a folder named `stem`."""


def pages_of(renderer: Renderer[Document], document: Document, style: Style, stem: str) -> Mapping[str, str]:
    """The files of a document in any format; those that know no pages have the front alone."""
    if isinstance(renderer, PagedRenderer):
        pages: Mapping[str, str] = renderer.pages(document, style, stem)
        return pages
    return {"": renderer.render(document, style)}
