"""The expectations for the genre articles are sound: they fit the files, and the files are of many kinds."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.quality.articles.expected import FOLDER, ExpectedArticle, load

ARTICLES = [pytest.param(article, id=article.file) for article in load()]
NAME = re.compile(r"(?P<number>\d\d)-(?P<language>[a-z]{2})-[a-z-]+\.(txt|md)")


def text_of(article: ExpectedArticle) -> str:
    """The text of the article's file."""
    return (FOLDER / article.file).read_text(encoding="utf-8")


def test_every_article_has_expectations() -> None:
    """The files of the folder and the entries of expected.json are the same, each once."""
    files = sorted(path.name for path in FOLDER.iterdir() if path.suffix in {".txt", ".md"})
    assert sorted(article.file for article in load()) == files


def test_articles_are_of_many_kinds() -> None:
    """There are at least twenty articles, all of different genres, in at least six languages."""
    articles = load()
    assert len(articles) >= 20
    assert [genre for genre, n in Counter(a.genre for a in articles).items() if n > 1] == []
    assert len({article.language for article in articles}) >= 6


@pytest.mark.parametrize("article", ARTICLES)
def test_names_carry_number_and_language(article: ExpectedArticle) -> None:
    """A file is named by number, language and genre, and the language is the labelled one."""
    match = NAME.fullmatch(article.file)
    assert match is not None
    assert match["language"] == article.language


@pytest.mark.parametrize("article", ARTICLES)
def test_length(article: ExpectedArticle) -> None:
    """An article has 120 to 350 words; in Japanese, which has no spaces, 240 to 700 characters."""
    text = text_of(article)
    if article.language == "ja":
        assert 240 <= len(text) <= 700
    else:
        assert 120 <= len(text.split()) <= 350


@pytest.mark.parametrize("article", ARTICLES)
def test_quotes_stand_once(article: ExpectedArticle) -> None:
    """The quotes of claims, and what must not be extracted, name one place of the file each."""
    text = text_of(article)
    quotes = [claim.quote for claim in article.claims] + list(article.not_extracted)
    assert {quote: text.count(quote) for quote in quotes if text.count(quote) != 1} == {}


@pytest.mark.parametrize("article", ARTICLES)
def test_nothing_is_both_wanted_and_unwanted(article: ExpectedArticle) -> None:
    """No claim is quoted from words that must not be extracted."""
    for unwanted in article.not_extracted:
        for claim in article.claims:
            assert claim.quote not in unwanted
            assert unwanted not in claim.quote


@pytest.mark.parametrize("article", ARTICLES)
def test_claims_are_listed_once(article: ExpectedArticle) -> None:
    """No gist stands twice, and none of them is at the same time called wrong."""
    gists = [claim.gist for claim in article.claims]
    assert len(gists) == len(set(gists))
    assert set(gists) & set(article.wrong) == set()


@pytest.mark.parametrize("article", ARTICLES)
def test_publishers_are_named_by_the_article(article: ExpectedArticle) -> None:
    """A claim's publisher stands in the file, and is None only where the file names nobody."""
    text = text_of(article)
    assert all(publisher in text for publisher in article.publishers)
    for claim in article.claims:
        assert (claim.publisher is None) == (not article.publishers)
        assert claim.publisher is None or claim.publisher in article.publishers


@pytest.mark.parametrize("article", ARTICLES)
def test_denials_and_allegations_have_somebody_behind_them(article: ExpectedArticle) -> None:
    """A denied claim names who denies it, unless the paper itself corrects what it had printed."""
    if article.genre != "correction":
        assert [claim.gist for claim in article.claims if claim.modality == "denied" and not claim.speaker] == []
