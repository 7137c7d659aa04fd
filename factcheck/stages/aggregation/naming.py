"""One name for everybody a run speaks of: publishers, stated origins, speakers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from factcheck.claim_types.names import canonical_name, find_names, is_place
from factcheck.claim_types.text import normalised
from factcheck.models import Article, KnownSources
from factcheck.stages.aggregation.facts import components

_AND = re.compile(r"\s*[;/]\s*|,\s+|\s+(?:and|e|ed|et|und|y|en)\s+")
_PEOPLE = re.compile(
    r"\b(?:officials?|sources?|people|persons?|insiders?|aides?|diplomats?|experts?|analysts?|funzionari|font[ei]|persone|"
    r"interlocutori|collaboratori|diplomatici|esperti|analisti|beamte[nr]?|quellen?|personen|insider|kreise[n]?|"
    r"diplomaten|experten|fonctionnaires|sources|responsables|personnes|diplomates|experts|funcionarios|fuentes?|"
    r"personas|diplomáticos|expertos|funcionários|fontes?|pessoas|functionarissen|ambtenaren|bronnen|mensen|diplomaten)\b",
    re.IGNORECASE,
)
"""Nouns for people who speak without a name, of whom the words say only where they belong."""
_SPOKESPERSON = re.compile(
    r"spokes|portavoce|porte-parole|portavoz|porta-voz|sprecher|woordvoerder|rzeczni", re.IGNORECASE
)
_ROLE = re.compile(r"^(?P<head>[^()]+?)\s*\((?P<body>[^()]+)\)\s*$")


def origin_parts(origin: str | None) -> list[str]:
    """The origins in the words for them, parted by semicolons."""
    return [part.strip() for part in (origin or "").split(";") if part.strip()]


def voices_in(speaker: str | None, article: Article) -> list[tuple[str, ...]]:
    """The named speakers in the words for a speaker, each with whom it speaks for: "Person (Institution)".

    People who go without a name ("officials in Washington") are nobody in particular, whatever place they are from.
    """
    found = []
    for part in _split(speaker or ""):
        role = _ROLE.match(part)
        if _PEOPLE.search(part) and not role and not _person(part) and not _SPOKESPERSON.search(part):
            continue
        names = [name.strip() for name in _names_in(part, role) if _named(name, article)]
        if _SPOKESPERSON.search(part):
            inside = find_names(part, article.language)
            longest = sorted(name for name in inside if not any(name != other and name in other for other in inside))
            names += [part[at : at + len(name)] for name in longest if (at := part.casefold().find(name)) >= 0]
        if names:
            found.append(tuple(names))
    return found


def _names_in(part: str, role: re.Match[str] | None) -> tuple[str, ...]:
    """Person and institution of "Person (Institution)"; "harbour authority (Tarnmouth)" is one body, not its town."""
    if role is None:
        return (part,)
    head = role["head"]
    body_of_a_place = not _PEOPLE.search(head) and not _SPOKESPERSON.search(head) and head == head.casefold()
    return (part,) if body_of_a_place else (head, role["body"])


def _split(speaker: str) -> list[str]:
    """The speakers in the words for them; "sources from Rome, Paris and in Berlin" are one, places do not speak apart.

    From people without a name only full names part, so that "Anna Berg and officials from Rome" are two speakers.
    """
    parts, cuts = [], [(0, 0), *(match.span() for match in _AND.finditer(speaker)), (len(speaker), len(speaker))]
    pieces = [(before[1], after[0]) for before, after in pairwise(cuts)]
    group: tuple[int, int] | None = None
    for start, end in pieces if _PEOPLE.search(speaker) else ():
        if _person(speaker[start:end]):
            parts += [speaker[slice(*group)]] if group else []
            parts.append(speaker[start:end])
            group = None
        else:
            group = (group[0] if group else start, end)
    if group:
        parts.append(speaker[slice(*group)])
    return parts or [speaker[start:end] for start, end in pieces]


def _person(words: str) -> bool:
    """Whether the words are a full name, an office in brackets aside, and no country's: "Anna Berg (fire service)"."""
    name = (match["head"] if (match := _ROLE.match(words)) else words).split()
    return (
        len(name) > 1 and all(word[:1].isupper() for word in name) and not _PEOPLE.search(words) and not is_place(name)
    )


def _named(words: str, article: Article) -> bool:
    """Whether the words hold a proper name; a capital at their beginning proves none if the article has none there."""
    first, *rest = words.split() or [""]
    if find_names(" ".join(["x", *rest]), article.language):
        return True
    usual = re.search(rf"(?<!\w){re.escape(first.casefold())}(?!\w)", article.text) is not None
    return bool(find_names(first, article.language)) and not usual


@dataclass(frozen=True)
class Names:
    """One name for everybody the run speaks of."""

    canonical: Mapping[str, str]
    owners: Mapping[str, str]
    """Canonical name -> canonical name it belongs to, by the user's list."""
    voices: Mapping[str, str]
    """Canonical name of a speaker -> the one name for the person and the institution spoken for."""

    def name(self, name: str) -> str:
        """The one form of a name."""
        return self.canonical.get(name, name)

    def owner(self, name: str) -> str:
        """The one form of the name it finally belongs to."""
        current, seen = self.name(name), set[str]()
        while current in self.owners and current not in seen:
            seen.add(current)
            current = self.owners[current]
        return current

    def stated(self, origin: str | None) -> tuple[str, ...]:
        """The origins that a claim states, each once."""
        return tuple(sorted({self.owner(part) for part in origin_parts(origin)}))

    def speakers(self, speaker: str | None, article: Article) -> frozenset[str]:
        """The named speakers; empty when the words hold no proper name."""
        first = (voice[0] for voice in voices_in(speaker, article))
        return frozenset(self.owner(self.voices.get(self.name(name), self.name(name))) for name in first)

    def heard(self, speaker: str | None, article: Article) -> frozenset[str]:
        """The names in the words for the speaker, before persons and institutions are taken for one voice."""
        return frozenset(self.name(name) for voice in voices_in(speaker, article) for name in voice)


def settle(found: Iterable[str], spoken: Iterable[tuple[str, ...]], known: KnownSources) -> Names:
    """Settle one form for each of the names `found`, for the voices of `voices_in`, and for the user's list."""
    spoken = list(spoken)
    listed = {name for pairs in (known.aliases, known.owners) for pair in pairs.items() for name in pair}
    everybody = {*found, *listed, *(name for voice in spoken for name in voice)}
    canonical = canonical_name(sorted(everybody))
    settled = {canonical[alias]: name for alias, name in sorted(known.aliases.items())}
    canonical = {name: settled.get(form, form) for name, form in canonical.items()}
    return Names(
        canonical=canonical,
        owners={canonical[alias]: canonical[owner] for alias, owner in sorted(known.owners.items())},
        voices=_one_voice([tuple(canonical[name] for name in voice) for voice in spoken]),
    )


_SEATS = tuple(
    frozenset(names.split(", "))
    for names in (
        (
            "kremlin, the kremlin, cremlino, il cremlino, kreml, moscow, mosca, moscou, moskau, moscú, "
            "russia, la russia, rusia, russie, la russie, russland"
        ),
        "white house, the white house, casa bianca, la casa bianca, maison blanche, casa blanca, washington",
        "beijing, pechino, pékin, peking, pekín, china, cina, chine",
        "kyiv, kiev, kiew, ukraine, ucraina, ucrania",
        "downing street, london, londra, londres",
    )
)
"""Names that speak for one government; left apart they would count one denial as several."""


def _one_voice(spoken: Sequence[tuple[str, ...]]) -> dict[str, str]:
    """Speaker name -> the one name, the most used without an office, for all that speak with one voice.

    One voice are a person and the institution spoken for, the names of one government, and a name with and without
    the office in front of it.
    """
    count = Counter(voice[0] for voice in spoken)
    nodes = sorted({name for voice in spoken for name in voice})
    links = {(voice[0], name) for voice in spoken for name in voice[1:]}
    for seat in _SEATS:
        present = [name for name in nodes if normalised(name) in seat]
        links |= {(present[0], other) for other in present[1:]}
    words = {name: tuple(normalised(name).split()) for name in nodes}
    for short, full in combinations(sorted(nodes, key=lambda name: len(words[name])), 2):
        if len(words[short]) > 1 and words[full][-len(words[short]) :] == words[short]:
            links.add((short, full))
    return {
        name: min(voice, key=lambda other: (_SPOKESPERSON.search(other) is not None, -count[other], other))
        for voice in components(nodes, sorted(links))
        for name in voice
    }


def headline_names(article: Article) -> frozenset[str]:
    """The names in the title and the headings."""
    headings = (article.quote(sentence.number) for sentence in article.sentences if sentence.headline)
    return find_names(". ".join([article.title or "", *headings]), article.language)
