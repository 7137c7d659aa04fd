"""Finding a text in the reader's language, with the right plural and the language's own number signs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files

from babel import Locale
from babel.numbers import format_decimal, format_percent

LANGUAGES: tuple[str, ...] = ("en", "it")
"""BCP 47 tags of the catalogues; a new one is its file and its name here."""

ENGLISH = "english."
"""Table of sentences that are not said by key but found in a report."""
Text = str | Mapping[str, str]
"""A text, or its plural forms by CLDR category."""


class Words:
    """The catalogue of one language; immutable."""

    def __init__(self, lang: str, texts: Mapping[str, Text]) -> None:
        """`texts` maps keys such as `count.articles` to texts."""
        self.lang = lang
        self.texts = {key: text for key, text in texts.items() if not key.startswith(ENGLISH)}
        english = {key.removeprefix(ENGLISH): text for key, text in texts.items() if key.startswith(ENGLISH)}
        self._english = tuple((_pattern(told), text) for told, text in english.items() if isinstance(text, str))
        self._locale = Locale.parse(lang)

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return str(self._locale.text_direction)

    def __call__(self, key: str, n: int | None = None, /, **values: str | int) -> str:
        """The text of `key` in the form for `n`, with its places filled.

        Raises KeyError when the catalogue has no such key, or the text a place without a value.
        """
        text = self.texts[key]
        if not isinstance(text, str):
            assert n is not None, key
            form = "zero" if n == 0 and "zero" in text else self._locale.plural_form(n)
            text = text[form] if form in text else text["other"]
        shown = {name: self.number(value) if isinstance(value, int) else value for name, value in values.items()}
        return text.format(**shown) if n is None else text.format(n=self.number(n), **shown)

    def told(self, sentence: str) -> str:
        """What another part of the program put into a report in English, where this language has words for it.

        Table `english` of a catalogue maps such sentences, with places for what varies; all others stay as they are.
        """
        for pattern, text in self._english:
            if found := pattern.fullmatch(sentence):
                return text.format(**found.groupdict())
        return sentence

    def number(self, value: int | float) -> str:
        """Digits with the language's separators."""
        return _digits(value, self._locale)

    def money(self, dollars: float) -> str:
        """An amount of US dollars without their name: cents, below one dollar a hundredth of them."""
        return str(format_decimal(dollars, "#,##0.0000" if dollars < 1 else "#,##0.00", locale=self._locale))

    def share(self, value: float) -> str:
        """A share of one as a percentage with at most one decimal."""
        return str(format_percent(value, "#,##0.#%", locale=self._locale))

    def language(self, tag: str) -> str:
        """The name of a language; its tag when it has none here."""
        return str(self._locale.languages.get(tag, tag))

    def names(self, items: Sequence[str], limit: int = 6) -> str:
        """The names in one line, parted by commas; beyond `limit` only how many more."""
        shown = ", ".join(items[:limit])
        return self("list.and_more", len(items) - limit, shown=shown) if len(items) > limit else shown

    def listed(self, items: Sequence[str], limit: int = 4) -> str:
        """`A`, `A and B`, `A, B and C`; beyond `limit` names only how many more."""
        shown = [*items[:limit], *([self("list.more", len(items) - limit)] if len(items) > limit else [])]
        return self("list.and", first=", ".join(shown[:-1]), last=shown[-1]) if len(shown) > 1 else "".join(shown)


@lru_cache(maxsize=4096)
def _digits(value: int | float, locale: Locale) -> str:
    """Kept, because a large report shows the same small counts a hundred thousand times."""
    return str(format_decimal(value, locale=locale))


@cache
def words_in(lang: str) -> Words:
    """The catalogue of a language; raises KeyError that names the known ones."""
    if lang not in LANGUAGES:
        raise KeyError(f"no words in {lang!r}; known are {', '.join(LANGUAGES)}")
    source = files(__package__).joinpath(f"{lang}.toml").read_text(encoding="utf-8")
    return Words(lang, dict(_flat(tomllib.loads(source))))


def _pattern(told: str) -> re.Pattern[str]:
    """A sentence with places as a pattern that finds what stands in them."""
    parts = re.split(r"\{(\w+)\}", told)
    named = (f"(?P<{part}>.*)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
    return re.compile("".join(named), re.DOTALL)


def _flat(tables: Mapping[str, Mapping[str, Text]]) -> list[tuple[str, Text]]:
    return [(f"{table}.{name}", text) for table, texts in tables.items() for name, text in texts.items()]
