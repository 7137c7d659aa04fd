"""What a report format is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeVar

Document_contra = TypeVar("Document_contra", contravariant=True)


@dataclass(frozen=True)
class Style:
    """What the place where the text will be read allows; formats that are not for terminals ignore it."""

    width: int = 100
    """Columns."""
    color: bool = False
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
