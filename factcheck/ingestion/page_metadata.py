"""What a page declares about itself: schema.org data, Open Graph and meta tags. Nothing is guessed from its looks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from factcheck.ingestion import fields

if TYPE_CHECKING:
    from lxml.html import HtmlElement

ARTICLE_TYPES = ("article", "posting", "report")
META: dict[str, tuple[str, ...]] = {
    "title": ("og:title", "twitter:title", "dc.title", "citation_title"),
    "publisher": ("og:site_name", "application-name", "dc.publisher"),
    "author": ("author", "article:author", "dc.creator", "parsely-author"),
    "url": ("og:url",),
    "published_at": ("article:published_time", "datepublished", "date", "dc.date", "pubdate", "parsely-pub-date"),
}
"""Field -> names of meta tags in order of preference, lower case."""
DATA_BYTES = 1_000_000


def declared(tree: HtmlElement) -> dict[str, str]:
    """Fields of a raw document (all but the text) that the page declares; schema.org data goes before meta tags."""
    found = _from_meta(tree)
    for article in _schema_articles(tree):
        found |= fields.metadata({key: value for key, value in article.items() if key != "name"})
        break
    canonical = tree.xpath("string(//link[@rel='canonical']/@href)")
    if canonical:
        found["url"] = str(canonical)
    language = tree.get("lang") or tree.get("xml:lang")
    if language:
        found["language"] = language
    return {field: value for field, value in found.items() if field == "url" or not value.startswith("http")}


def _from_meta(tree: HtmlElement) -> dict[str, str]:
    tags: dict[str, str] = {}
    for tag in tree.iter("meta"):
        name = (tag.get("property") or tag.get("name") or tag.get("itemprop") or "").strip().lower()
        content = (tag.get("content") or "").strip()
        if name and content:
            tags.setdefault(name, content)
    found = {}
    for field, names in META.items():
        value = next((tags[name] for name in names if name in tags), None)
        if value is not None:
            found[field] = value
    return found


def _schema_articles(tree: HtmlElement) -> list[dict[str, Any]]:
    articles: list[dict[str, Any]] = []
    for script in tree.xpath("//script[contains(@type, 'ld+json')]"):
        text = script.text or ""
        if len(text) > DATA_BYTES:
            continue
        try:
            value = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        articles.extend(item for item in _items(value) if is_article(item))
    return articles


def _items(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [item for item in value if isinstance(item, dict)]
    if not isinstance(value, dict):
        return []
    graph = value.get("@graph")
    return [value, *(_items(graph) if isinstance(graph, list) else [])]


def is_article(item: dict[str, Any]) -> bool:
    """Whether a schema.org object is an article of any kind (`NewsArticle`, `BlogPosting`, `Report`, ...)."""
    kinds = item.get("@type", "")
    names = kinds if isinstance(kinds, list) else [kinds]
    return any(str(name).lower().endswith(ARTICLE_TYPES) for name in names)
