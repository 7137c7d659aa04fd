"""The publisher as an article's own text gives it: in its byline, its copyright line or its footer.

Only where a line says nothing else, near the beginning or the end of the text: a paper named in a sentence is a source.
"""

from __future__ import annotations

from functools import lru_cache

import regex

from factcheck.ingestion.cleaning import fold

FIRST, LAST = 6, 4
"""Lines at the beginning, the title among them, and at the end that are looked at."""
LONGEST = 140
"""Characters of such a line."""

_OUTLET_WORD = (
    "Times|Post|Herald|Guardian|Journal|Gazette|Tribune|Telegraph|Chronicle|Observer|Independent|Mirror|Mail|News|Press|"
    "Review|Standard|Star|Courier|Echo|Radio|TV|Broadcasting|Corriere|Gazzetta|Messaggero|Giornale|Stampa|Repubblica|"
    "Mattino|Avvenire|Tirreno|Secolo|Quotidiano|Notizie|Agenzia|Zeitung|Presse|Spiegel|Rundschau|Tagblatt|Tageblatt|"
    "Anzeiger|Nachrichten|Kurier|Welt|Monde|Figaro|Libération|Courrier|Dépêche|Parisien|Ouest-France|País|Mundo|"
    "Vanguardia|Diario|Periódico|Razón|Jornal|Folha|Público|Estado|Volkskrant|Dagblad|Telegraaf|Handelsblad|Gazeta|"
    "Dziennik|Rzeczpospolita"
)
"""Words that show a name to be an outlet's; without one, what follows a name may be an office or a town."""
_TOP_DOMAINS = "com|org|net|info|news|eu|it|fr|de|es|pt|nl|be|ch|at|uk|pl|ro"
_WORD = r"[\p{L}\p{Nd}'’&.-]+"
_OUTLET = (
    rf"(?P<outlet>(?:{_WORD}[ ])*?(?:{_OUTLET_WORD})"
    r"(?:[ ](?:\p{Lu}[\p{L}'’.-]*|\p{Nd}+|de|di|da|del|della|dei|von|van)){0,4}"
    rf"|(?:[\p{{L}}\p{{Nd}}-]+\.)+(?:{_TOP_DOMAINS}))"
)
_PERSON = r"\p{Lu}[\p{L}.'’-]*(?:[ ](?:\p{Lu}[\p{L}.'’-]*|de|di|da|van|von|der|le|la|del)){1,4}"
_PEOPLE = rf"{_PERSON}(?:(?:[ ]?,[ ]?|[ ](?:and|e|und|et|y|en)[ ]){_PERSON})*"
_BYLINE = (
    rf"(?:(?:[Bb]y|BY|[Dd]i|DI|[Vv]on|VON|[Pp]ar|PAR|[Pp]or|POR|[Dd]oor|DOOR)[ ])?{_PEOPLE}"
    rf"(?:[ ]?[,|–—/·-][ ]?|[ ](?:for|per|für|pour|para|voor)[ ](?:the[ ])?){_OUTLET}\.?"
)
_COPYRIGHT = (
    r"(?i)(?:(?:©|\(c\)|copyright)[ ]*)+(?:\d{4}(?:[–-]\d{2,4})?[ ,]*)?(?P<outlet>\p{L}[^.|•·]{1,60}?)"
    r"(?:[ ,]*\d{4})?(?:[ ]*[-–—.,|•·].{0,80})?"
)
_RIGHTS = (
    r"(?i)\b(?:rights?|reserved|riproduzione|riservat[aei]|rechte|vorbehalten|droits?|réservés?|derechos|reservados|"
    r"direitos|rechten|photo|foto|getty)\b"
)
_TITLED = rf".{{15,}}?[ ][|–—-][ ]{_OUTLET}"
_MARKS = ("©", "(c)", "copyright")
_DOMAIN_ENDS = tuple(f".{end}" for end in _TOP_DOMAINS.split("|"))
_WORDS = _OUTLET_WORD.split("|")


@lru_cache(maxsize=8)
def _compiled(pattern: str) -> regex.Pattern[str]:
    """Compiled when first needed: most texts show at a glance that they hold none, and compiling costs 20 ms."""
    return regex.compile(pattern)


def _names_outlet(line: str) -> bool:
    return any(word in line for word in _WORDS) or any(end in line for end in _DOMAIN_ENDS)


def publisher_in(text: str) -> str | None:
    """The publisher that a byline, a copyright line or the end of the title names; None when none does."""
    lines = [fold(line) for line in text.splitlines() if line.strip()]
    near = [line for line in dict.fromkeys((*lines[:FIRST], *lines[-LAST:])) if len(line) <= LONGEST]
    for line in near:
        if any(mark in line.lower() for mark in _MARKS):
            found = _compiled(_COPYRIGHT).fullmatch(line)
            if found is not None and not _compiled(_RIGHTS).search(found["outlet"]):
                return found["outlet"].strip(" ,-–—")
    telling = [line for line in near if _names_outlet(line)]
    for line in telling:
        found = _compiled(_BYLINE).fullmatch(line)
        if found is not None:
            return found["outlet"].strip()
    found = _compiled(_TITLED).fullmatch(lines[0]) if lines and lines[0] in telling else None
    return found["outlet"].strip() if found is not None else None
