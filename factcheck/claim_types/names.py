"""Names: which ones a text holds, and whether two of them mean the same person or organisation.

Capitals mark names in scripts that have them; in German, where all nouns have one, nouns count as names. Scripts
without case give content words, and scripts without spaces pairs of characters. Nothing here raises on any text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import regex
from babel import Locale

from factcheck.claim_types.lexicon_function_words import ALL_STOP, STOP
from factcheck.claim_types.lexicon_names import (
    ARTICLES,
    GERMAN_HEADS,
    HEADS,
    LEGAL_FORMS,
    LINKS,
    ORGANISATION_WORDS,
    PARTICLES,
    PLACE_ACRONYMS,
    PLACE_PREFIXES,
    TITLES,
)
from factcheck.claim_types.text import TEXTS_HELD, primary, unaccented

# -- names in a text -----------------------------------------------------------------------------

_NAME = regex.compile(
    r"(?:(?<=\p{L}['’])|(?<![\p{L}\p{Nd}]))\p{Lu}[\p{L}\p{M}\p{Nd}]*(?:[-.&]\p{L}[\p{L}\p{M}\p{Nd}]*)*"
)
_GAP = regex.compile(r"\s|\s(?:of|de|di|del|della|von|van|der|den|bin|al|da|do|dos|du|des|the)\s")
_BEGINNING = regex.compile(r"(?:^|[.!?:;…\n]\s*)[\s\p{Ps}\p{Pi}\"'–—-]*$")
_SPACELESS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]+")
_CASELESS = regex.compile(r"[\p{Lo}\p{M}]{3,}")
_WORD = regex.compile(r"[\p{L}\p{M}\p{Nd}]+(?:[-.&][\p{L}\p{M}\p{Nd}]+)*")
_INITIALS = regex.compile(r"(?:\p{Lu}\.)+\p{Lu}?\.?")
_MIXED = regex.compile(r"(?<![\p{L}\p{Nd}])(?:\p{Lu}[\p{L}]*-?\p{Nd}+)(?![\p{L}\p{Nd}])")


def find_names(text: str, language: str | None) -> frozenset[str]:
    """Capitalised words, sequences of them and acronyms in `text`, case and accents folded."""
    return _find_names(text, primary(language))


@lru_cache(maxsize=TEXTS_HELD)
def _find_names(text: str, language: str | None) -> frozenset[str]:
    stop = STOP.get(language, frozenset()) if language in STOP else ALL_STOP if language is None else frozenset()
    names: set[str] = set()
    written = set(_WORD.findall(text))
    run: list[str] = []
    end = -1
    for m in _NAME.finditer(text):
        word = m.group()
        plain = word.casefold()
        if plain in stop and not (word.isupper() and len(word) > 1):
            continue
        if plain in written and _BEGINNING.search(text[max(0, m.start() - 8) : m.start()]):
            continue
        key = unaccented(word).replace(".", "") if _dotted(word) else unaccented(word)
        names.add(key)
        if run and _GAP.fullmatch(text[end : m.start()]):
            run.append(key)
        else:
            _close(run, names)
            run = [key]
        end = m.end()
    _close(run, names)
    names.update(unaccented(m.group()) for m in _MIXED.finditer(text))
    for m in _SPACELESS.finditer(text):
        characters = m.group()
        names.update(characters[i : i + 2] for i in range(max(1, len(characters) - 1)))
    names.update(unaccented(m.group()) for m in _CASELESS.finditer(text) if not _SPACELESS.search(m.group()))
    names.discard("")
    return frozenset(names)


def _close(run: list[str], names: set[str]) -> None:
    if len(run) > 1:
        names.add(" ".join(run))


def _dotted(word: str) -> bool:
    return _INITIALS.fullmatch(word) is not None


# -- the same name -------------------------------------------------------------------------------

_BRACKET = regex.compile(r"^(?P<outside>[^()\[\]]*\p{L}[^()\[\]]*)[(\[](?P<inside>[^()\[\]]*\p{L}[^()\[\]]*)[)\]]\s*$")
_DOMAIN = regex.compile(
    r"(?:https?://)?(?:www\.)?(?P<stem>[\p{L}\p{Nd}-]{2,})\.(?P<tld>(?:(?:com?|org|net|gov|ac)\.)?[a-z]{2,6})/?",
    regex.IGNORECASE,
)
_TOKEN = regex.compile(r"[\p{L}\p{M}\p{Nd}]+")
_ELISION = regex.compile(r"(?<![\p{L}])(l|d|dell|all)['’](?=\p{L})", regex.IGNORECASE)
_DOT_BETWEEN_INITIALS = regex.compile(r"(?<=(?<!\p{L})\p{L})\.\s?(?=\p{L}(?:\.|\b))")
_CAPITALS = regex.compile(r"(?=\p{L}{2,6}$)\p{Lu}(?:\p{Ll}?\p{Lu})+")
"""WSJ; also with small function words in it, as in GdE or MoD."""
_GENERIC = frozenset({"com", "org", "net"})


@dataclass(frozen=True)
class _Name:
    """A name taken apart; tokens are folded and stripped of article, title and legal form."""

    tokens: tuple[str, ...]
    article: str | None
    titled: bool
    acronym: bool
    """One token in capitals, function words aside, or one without vowels (WSJ, GdE, Wsj)."""
    shouted: bool
    domain: tuple[str, str] | None
    kind: str | None = None
    """What its head noun says it is, one of `HEADS`."""
    head: Literal["before", "behind"] | None = None
    """Where the head noun stood that `tokens` lack; None when there was none or it belongs to the name."""
    whole: str = ""
    """The key with the head noun before it, which initials and other spellings may count: "agence France-Presse"."""

    @property
    def key(self) -> str:
        """What equal names share."""
        return "".join(self.tokens)


@lru_cache(maxsize=TEXTS_HELD)
def _parts(name: str) -> tuple[_Name, ...]:
    """The name, or the institution and the person in brackets behind it."""
    if bracket := _BRACKET.match(name):
        return _taken_apart(bracket["outside"]), _taken_apart(bracket["inside"])
    return (_taken_apart(name),)


def _taken_apart(name: str) -> _Name:
    name = unicodedata.normalize("NFKC", name).strip().strip("\"'“”«»„‘’")
    if domain := _DOMAIN.fullmatch(name):
        stem = unaccented(domain["stem"]).replace("-", "")
        return _Name((stem,), None, False, False, False, (stem, domain["tld"].lower()))
    name = _ELISION.sub(r"\1' ", name)
    name = _DOT_BETWEEN_INITIALS.sub("", name)
    pairs = [(word, _transliterated(unaccented(word))) for word in _TOKEN.findall(name)]
    written = [word for word, token in pairs if token]
    tokens = [token for _, token in pairs if token]
    article, titled = None, False
    while len(tokens) > 1 and tokens[0] in ARTICLES and article is None:
        article = tokens.pop(0)
        written.pop(0)
    while len(tokens) > 1 and tokens[0] in TITLES:
        titled = True
        tokens.pop(0)
        written.pop(0)
    while len(tokens) > 1 and tokens[-1] in LEGAL_FORMS:
        tokens.pop()
        written.pop()
    for joined in ("spa", "srl", "sa"):
        if (
            len(tokens) > len(joined)
            and "".join(tokens[-len(joined) :]) == joined
            and all(len(t) == 1 for t in tokens[-len(joined) :])
        ):
            del tokens[-len(joined) :], written[-len(joined) :]
    kind, head, start, end = _head(written)
    whole = "".join(tokens)
    written, tokens = written[start:end], tokens[start:end]
    single = written[0] if len(written) == 1 else ""
    acronym = 2 <= len(single) <= 6 and (
        single.isupper() or _is_acronym(single) or (len(single) > 2 and not set(tokens[0]) & set("aeiou"))
    )
    shouted = bool(written) and all(w.isupper() for w in written)
    return _Name(tuple(tokens), article, titled, acronym, shouted, None, kind, head, whole)


def _is_acronym(word: str) -> bool:
    return _CAPITALS.fullmatch(word) is not None


def _head(written: list[str]) -> tuple[str | None, Literal["before", "behind"] | None, int, int]:
    """The kind of a name by its head noun, where that stands if it is no part of the name, and the name's slice.

    It is none when it stands right before an acronym, or small, or as a German noun, right before a name; behind, only
    an acronym. "Ministry of Defence" and "Western Union" keep theirs, and so does what stands beside a country.
    """
    everything = (0, len(written))
    for at, word in enumerate(written[:-1]):
        kind = _kind(word)
        if kind is None:
            if not word.islower():
                break
            continue
        start = at + 1
        while kind == "management" and start < len(written) - 1 and unaccented(written[start]) in LINKS:
            start += 1
        name = written[start:]
        common = word.islower() or unaccented(word).endswith(GERMAN_HEADS)
        apart = len(name) == 1 and _is_acronym(name[0])
        apart = apart or (common and kind != "ministry" and name[0][:1].isupper())
        return (kind, "before", start, len(written)) if apart and not is_place(name) else (kind, None, *everything)
    kind = _kind(written[-1]) if len(written) == 2 else None
    if kind and _is_acronym(written[0]) and not is_place(written[:1]):
        return kind, "behind", 0, 1
    return None, None, *everything


def _kind(word: str) -> str | None:
    plain = unaccented(word)
    ending = next((head for head in GERMAN_HEADS if plain.endswith(head)), plain)
    return next((kind for kind, heads in HEADS.items() if ending in heads), None)


def is_place(words: Sequence[str]) -> bool:
    """Whether all of the words are of names of countries in the covered languages, or the first is such an acronym."""
    plain = [unaccented(word) for word in words]
    return bool(plain) and (plain[0] in PLACE_ACRONYMS or all(word in _places() for word in plain))


def _transliterated(token: str) -> str:
    """Spellings of Slavic names brought together: Dmitry, Dmitri, Dmitrij; Sergei, Sergej; Kirienko, Kiriyenko."""
    if len(token) < 5 or not token.isascii():
        return token
    return regex.sub(r"i{2,}", "i", regex.sub(r"[yj](?![aou])", "i", token.replace("iye", "ie").replace("ije", "ie")))


@lru_cache(maxsize=8192)
def same_name(a: str, b: str) -> bool:
    """Whether `a` and `b` name the same person or organisation; False when in doubt.

    Case, accents, punctuation, leading articles, titles and legal forms do not count. Initials match their full form,
    a surname the full name, a domain the name of the paper, and an institution with a person in brackets either. A head
    noun before a name does not count ("sindacato ABC"); one behind it ("ABC union") needs another that says the same,
    for the union of a firm goes by the firm's name too.
    """
    return any(_same(x, y) for x in _parts(a) for y in _parts(b))


def _same(a: _Name, b: _Name) -> bool:
    if not a.key or not b.key or (a.kind and b.kind and a.kind != b.kind):
        return False
    if "behind" in (a.head, b.head) and a.kind != b.kind:
        return False
    if a.domain and b.domain:
        return a.domain[0] == b.domain[0] and (
            a.domain[1] == b.domain[1] or bool({a.domain[1].split(".")[0], b.domain[1].split(".")[0]} & _GENERIC)
        )
    if a.domain or b.domain:
        domain, name = (a, b) if a.domain else (b, a)
        stem = domain.domain[0] if domain.domain else ""
        return len(stem) > 2 and stem in {unaccented(form) for form in ((name.article or "") + name.key, name.key)}
    if a.key == b.key:
        one_word = len(a.tokens) == 1 and not a.acronym
        return not (one_word and a.article and b.article and a.article != b.article)
    if a.whole == b.whole and a.whole:
        return True
    return _initials(a, b) or _initials(b, a) or _surname(a, b) or _surname(b, a) or _given_initial(a, b)


def _initials(short: _Name, full: _Name) -> bool:
    """WSJ and Wall Street Journal; also title case (Onu) when three or more words stand behind it."""
    if len(short.tokens) != 1 or len(full.tokens) < 2:
        return False
    letters = short.tokens[0]
    content = [t for t in full.tokens if t not in LINKS]
    if not (short.acronym or (len(letters) >= 3 and len(content) >= 3)):
        return False
    initials = {"".join(t[0] for t in full.tokens), "".join(t[0] for t in content)}
    return letters in initials or (full.head == "before" and letters in {full.whole[0] + found for found in initials})


def _surname(short: _Name, full: _Name) -> bool:
    """Musk and Elon Musk, von der Leyen and Ursula von der Leyen; never "Times" and "New York Times"."""
    size = len(short.tokens)
    if not 0 < size < len(full.tokens) <= 5 or full.tokens[-size:] != short.tokens or len(short.tokens[-1]) < 3:
        return False
    if size > 1 and short.tokens[0] not in PARTICLES:
        return False
    given = full.tokens[:-size]
    if short.article or full.article or short.acronym or (full.shouted and not short.shouted) or len(given) > 3:
        return False
    if given[0] in PLACE_PREFIXES or any(len(t) < 2 and i == 0 and len(given) > 1 for i, t in enumerate(given)):
        return False
    if (
        full.kind
        or any(t in ORGANISATION_WORDS for t in full.tokens)
        or any(t in LINKS and t not in PARTICLES for t in given)
    ):
        return False
    return short.tokens[-1] not in _places()


def _given_initial(a: _Name, b: _Name) -> bool:
    """D. Peskov and Dmitry Peskov; Donald J. Trump and Donald Trump."""
    if min(len(a.tokens), len(b.tokens)) < 2 or a.tokens[-1] != b.tokens[-1] or len(a.tokens[-1]) < 3:
        return False
    if any(t in ORGANISATION_WORDS for t in (*a.tokens, *b.tokens)):
        return False
    left, right = a.tokens[:-1], b.tokens[:-1]
    if left[0] == right[0] and len(left[0]) > 1:
        return all(len(t) == 1 for t in (*left[1:], *right[1:])) and (len(left) == 1 or len(right) == 1)
    short, full = (left, right) if len("".join(left)) < len("".join(right)) else (right, left)
    initials = "".join(short)
    return len(initials) <= 2 and initials in (full[0][0], "".join(t[0] for t in full))


@lru_cache(maxsize=1)
def _places() -> frozenset[str]:
    """Names of countries in the covered languages: "Italia" is no surname of "Sky Italia"."""
    return frozenset(
        token
        for language in STOP
        for name in Locale.parse(language).territories.values()
        for token in _TOKEN.findall(unaccented(name))
        if len(token) > 2
    )


# -- groups of names -----------------------------------------------------------------------------


def canonical_name(names: Iterable[str]) -> dict[str, str]:
    """Each name -> the longest full form of its group; the order of `names` does not matter.

    Names that differ only in spelling always group. A shorter form joins longer ones only when these are all the same
    name: "Musk" stays alone between "Elon Musk" and "Kimbal Musk".
    """
    distinct = sorted(set(names))
    spelling: dict[tuple[str, ...], list[str]] = {}
    for name in distinct:
        parts = _parts(name)
        key = tuple(word for part in parts for word in (part.key, part.kind or "", part.head or ""))
        spelling.setdefault(key if any(part.key for part in parts) else ("", name), []).append(name)
    heads = {group[0]: group for group in spelling.values()}
    parent = {head: head for head in heads}

    def root(head: str) -> str:
        while parent[head] != head:
            head = parent[head]
        return head

    ordered = sorted(heads, key=_fullness)
    for i, head in enumerate(ordered):
        longer = [other for other in ordered[i + 1 :] if same_name(head, other)]
        if longer and all(same_name(x, y) for j, x in enumerate(longer) for y in longer[j + 1 :]):
            for other in longer:
                parent[root(other)] = root(head)
    groups: dict[str, list[str]] = {}
    for head, group in heads.items():
        groups.setdefault(root(head), []).extend(group)
    return {name: max(group, key=_representative) for group in groups.values() for name in group}


def _fullness(name: str) -> tuple[int, bool, str]:
    """Letters, then a head noun: what is shorter in this order may join what is longer."""
    parts = _parts(name)
    return sum(len(part.key) for part in parts), any(part.head for part in parts), name


def _representative(name: str) -> tuple[bool, int, int, bool, str]:
    """Prefer a plain name to a domain, then more letters, then no leading article, then mixed case."""
    parts = _parts(name)
    return (not parts[0].domain, sum(len(part.key) for part in parts), -len(name), not name.isupper(), name)
