"""Where things stand in the page or pages: anchors that stay the same from run to run, and links to them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

DIGITS = 10
"""Hexadecimal digits of an anchor: two of 15,000 facts share them once in ten thousand reports."""
_TAGGED = re.compile(r"sha256:([0-9a-f]{16})")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_SENTENCE = re.compile(r"s-([0-9a-f]+)-\d+")
WEB = ("http", "https")
"""The only schemes that a link out of a report may have."""


def anchor(kind: str, id_: str) -> str:
    """`fact-923c590784`: from the content's own hash, so that a permalink outlives a run."""
    tagged = _TAGGED.fullmatch(id_)
    digest = tagged[1] if tagged else hashlib.sha256(id_.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{kind}-{digest[:DIGITS]}"


def sentence_anchor(article_id: str, number: int) -> str:
    """`s-1f2e3d4c5b-12`: sentence 12 of an article."""
    return f"{anchor('s', article_id)}-{number}"


def web_address(url: str | None) -> str:
    """The address when it is a plain web address, else nothing: no other scheme may be clicked."""
    if not url or not url.isprintable():
        return ""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return url.strip() if parts.scheme.lower() in WEB and parts.hostname else ""


@dataclass(frozen=True)
class Places:
    """On which page each anchor stands; the page with the empty name is the front."""

    stem: str = ""
    """File name of the front page without its suffix; the other pages lie in a folder of that name."""
    pages: Mapping[str, str] = field(default_factory=dict)
    """Anchor -> page; what is not named stands on the front."""

    def page(self, target: str, here: str) -> str:
        """Relative address of page `target` as seen from page `here`; empty for the same page."""
        if target == here:
            return ""
        stem = quote(self.stem)
        if not here:
            return f"{stem}/{target}.html"
        return f"{target}.html" if target else f"../{stem}.html"

    def link(self, name: str, here: str) -> str:
        """Relative address of an anchor as seen from page `here`."""
        return f"{self.page(self.page_of(name), here)}#{name}"

    def page_of(self, name: str) -> str:
        """The page that holds an anchor; a sentence stands where its article does."""
        article = _SENTENCE.fullmatch(name)
        return self.pages.get(f"article-{article[1]}" if article else name, "")


def language_tag(tag: str) -> str:
    """The tag when it has the form of a language tag, else nothing: a wrong one misleads a screen reader."""
    return tag if _LANGUAGE.fullmatch(tag) else ""
