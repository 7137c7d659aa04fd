"""Words for dates per language, written from knowledge of the languages; month and day names come from CLDR (babel).

Covered: en, it, de, fr, es, pt, nl; `lexicon_days` adds to them, and has the words for single days of more languages.
In another language that CLDR knows, explicit dates with month names work and relative words do not; without a language
only numeric dates and years are found.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DateWords:
    """What one language needs to name dates; all casefolded."""

    days: dict[str, int]
    """Words for single days, as days after publication."""
    units: dict[str, tuple[str, int]]
    """Noun -> unit and how many of them it is ("fortnight" is two weeks)."""
    last: tuple[str, ...]
    next: tuple[str, ...]
    this: tuple[str, ...]
    ago: tuple[tuple[str, str], ...]
    """What stands in front of and behind the number and unit; the fields are regular expressions."""
    within: tuple[tuple[str, str], ...]
    """The same for the future ("in three days")."""
    links: str
    """Regular expression of what may stand between day, month and year."""
    day_suffix: str
    year_before: str
    """Words in front of a bare year or month."""
    early: str
    middle: str
    late: str
    decade: str
    joins: str = "-|–"
    """Between two days of one month."""


DATE_WORDS: dict[str, DateWords] = {
    "en": DateWords(
        days={
            "today": 0,
            "tonight": 0,
            "this morning": 0,
            "this afternoon": 0,
            "this evening": 0,
            "yesterday": -1,
            "last night": -1,
            "overnight": -1,
            "the day before yesterday": -2,
            "tomorrow": 1,
            "the day after tomorrow": 2,
        },
        units={
            "day": ("day", 1),
            "days": ("day", 1),
            "week": ("week", 1),
            "weeks": ("week", 1),
            "fortnight": ("week", 2),
            "month": ("month", 1),
            "months": ("month", 1),
            "year": ("year", 1),
            "years": ("year", 1),
        },
        last=("last", "the previous", "the past"),
        next=("next", "the coming"),
        this=("this", "the current"),
        ago=(
            ("", "ago"),
            ("", "earlier"),
            (r"for(?: (?:more than|over|about|at least|the (?:past|last)))?", ""),
            (r"the (?:past|last)", ""),
        ),
        within=((r"(?:with)?in", ""), ("", "from now")),
        links=r"of|in",
        day_suffix="st|nd|rd|th",
        year_before=r"in|since|by|until|till|before|after|from|to|of|during|for|through|early|late|mid|year|and|spring|"
        r"summer|autumn|fall|winter|the",
        early=r"(?:the )?(?:early|beginning of|start of)",
        middle=r"mid|(?:the )?middle of",
        late=r"(?:the )?(?:late|end of)",
        decade=r"the",
        joins="-|–|to|and|or",
    ),
    "it": DateWords(
        days={
            "oggi": 0,
            "stamattina": 0,
            "stamani": 0,
            "stasera": 0,
            "stanotte": 0,
            "questa mattina": 0,
            "ieri": -1,
            "l'altro ieri": -2,
            "l'altroieri": -2,
            "ieri l'altro": -2,
            "avantieri": -2,
            "domani": 1,
            "dopodomani": 2,
        },
        units={
            "giorno": ("day", 1),
            "giorni": ("day", 1),
            "settimana": ("week", 1),
            "settimane": ("week", 1),
            "mese": ("month", 1),
            "mesi": ("month", 1),
            "anno": ("year", 1),
            "anni": ("year", 1),
        },
        last=("scorso", "scorsa", "passato", "passata", "ultimo", "ultima"),
        next=("prossimo", "prossima"),
        this=("questo", "questa", "quest'", "quest"),
        ago=(
            ("", "fa"),
            (r"da(?: (?:oltre|più di|circa|almeno))?", ""),
            ("per(?: (?:oltre|più di|circa))?", ""),
            ("", "prima"),
        ),
        within=((r"fra|tra|entro", ""),),
        links=r"di|del|dell'|dello",
        day_suffix="°|º",
        year_before=r"nel|nell'|dal|dall'|del|dell'|al|all'|il|l'|per il|anno|in|a|ad|di|da|entro|primavera|estate|"
        r"autunno|inverno|e|fine|inizio|metà|lo scorso|e il",
        early=r"(?:l'|all'|dall')?inizi[oi] (?:di|del|dell')|i primi (?:di|del)",
        middle=r"(?:la |a )?metà (?:di|del|dell')?",
        late=r"(?:la |alla |dalla |sul )?fine (?:di|del|dell')?",
        decade=r"anni",
        joins="-|–|e|al|o|e il|all'",
    ),
    "de": DateWords(
        days={"heute": 0, "gestern": -1, "vorgestern": -2, "morgen": 1, "übermorgen": 2},
        units={
            "tag": ("day", 1),
            "tage": ("day", 1),
            "tagen": ("day", 1),
            "woche": ("week", 1),
            "wochen": ("week", 1),
            "monat": ("month", 1),
            "monate": ("month", 1),
            "monaten": ("month", 1),
            "jahr": ("year", 1),
            "jahre": ("year", 1),
            "jahren": ("year", 1),
        },
        last=(
            "letzte",
            "letzten",
            "letzter",
            "letztes",
            "letztem",
            "vergangene",
            "vergangenen",
            "vergangener",
            "vergangenes",
            "vorige",
            "vorigen",
            "voriger",
            "voriges",
        ),
        next=("nächste", "nächsten", "nächster", "nächstes", "kommende", "kommenden", "kommender", "kommendes"),
        this=("diese", "dieser", "diesen", "dieses", "diesem"),
        ago=(
            (r"vor(?: (?:rund|etwa|gut|knapp|mehr als))?", ""),
            (r"seit(?: (?:rund|etwa|gut|knapp|mehr als|über))?", ""),
        ),
        within=(("in", ""), ("binnen", "")),
        links=r"des Jahres",
        day_suffix=r"\.",
        year_before=r"im jahr|im jahre|jahr|seit|bis|ab|von|vor|nach|im|in|anfang|ende|mitte|frühjahr|sommer|herbst|"
        r"winter|und|dem jahr|des jahres",
        early=r"(?:zu |seit )?anfang",
        middle=r"mitte",
        late=r"(?:gegen |seit )?ende",
        decade=r"(?:die|den|der)",
        joins=r"-|–|bis|und|oder|bis zum|und der",
    ),
    "fr": DateWords(
        days={
            "aujourd'hui": 0,
            "ce matin": 0,
            "ce soir": 0,
            "cette nuit": 0,
            "hier": -1,
            "hier soir": -1,
            "avant-hier": -2,
            "demain": 1,
            "après-demain": 2,
        },
        units={
            "jour": ("day", 1),
            "jours": ("day", 1),
            "semaine": ("week", 1),
            "semaines": ("week", 1),
            "mois": ("month", 1),
            "an": ("year", 1),
            "ans": ("year", 1),
            "année": ("year", 1),
            "années": ("year", 1),
        },
        last=("dernier", "dernière", "passé", "passée"),
        next=("prochain", "prochaine"),
        this=("ce", "cet", "cette"),
        ago=(
            (r"il y a(?: (?:environ|plus de))?", ""),
            (r"depuis(?: (?:environ|plus de|près de))?", ""),
            ("pendant(?: (?:environ|plus de))?", ""),
            ("", "plus tôt"),
        ),
        within=((r"dans|d'ici", ""),),
        links=r"de|de l'année",
        day_suffix="er",
        year_before=r"en|depuis|dès|de|d'|fin|début|mi|année|l'année|l'an|avant|après|jusqu'en|à|entre|et|printemps|été|"
        r"automne|hiver|au",
        early=r"(?:au |le )?début",
        middle=r"mi|(?:à la )?mi",
        late=r"(?:à la |la )?fin",
        decade=r"années",
        joins="-|–|au|et|ou|et le",
    ),
    "es": DateWords(
        days={
            "hoy": 0,
            "esta mañana": 0,
            "esta noche": 0,
            "esta tarde": 0,
            "ayer": -1,
            "anoche": -1,
            "anteayer": -2,
            "antier": -2,
            "pasado mañana": 2,
        },
        units={
            "día": ("day", 1),
            "días": ("day", 1),
            "semana": ("week", 1),
            "semanas": ("week", 1),
            "mes": ("month", 1),
            "meses": ("month", 1),
            "año": ("year", 1),
            "años": ("year", 1),
        },
        last=("pasado", "pasada", "último", "última"),
        next=("próximo", "próxima", "que viene"),
        this=("este", "esta"),
        ago=(
            (r"(?:desde )?hace(?: (?:unos|unas|más de|casi))?", ""),
            (r"durante(?: (?:unos|más de|casi))?", ""),
            ("", "atrás"),
            ("", "antes"),
        ),
        within=((r"dentro de|en", ""),),
        links=r"de|del|del año",
        day_suffix="°|º|ro",
        year_before=r"en|desde|de|del|hasta|el|año|finales de|principios de|mediados de|entre|y|a|para|primavera|"
        r"verano|otoño|invierno|antes de|después de",
        early=r"(?:a )?(?:principios|comienzos|inicios) (?:de|del)",
        middle=r"(?:a )?mediados (?:de|del)",
        late=r"(?:a )?(?:finales|fines) (?:de|del)",
        decade=r"años",
        joins="-|–|y|al|o|y el",
    ),
    "pt": DateWords(
        days={
            "hoje": 0,
            "esta manhã": 0,
            "esta noite": 0,
            "ontem": -1,
            "anteontem": -2,
            "amanhã": 1,
            "depois de amanhã": 2,
        },
        units={
            "dia": ("day", 1),
            "dias": ("day", 1),
            "semana": ("week", 1),
            "semanas": ("week", 1),
            "mês": ("month", 1),
            "meses": ("month", 1),
            "ano": ("year", 1),
            "anos": ("year", 1),
        },
        last=("passado", "passada", "último", "última"),
        next=("próximo", "próxima", "que vem"),
        this=("este", "esta", "neste", "nesta"),
        ago=(
            (r"há(?: (?:cerca de|mais de|quase))?", ""),
            ("", "atrás"),
            ("", "antes"),
            (r"durante(?: (?:cerca de|mais de))?", ""),
        ),
        within=((r"dentro de|em|daqui a", ""),),
        links=r"de|do|do ano de",
        day_suffix="°|º",
        year_before=r"em|desde|de|do|até|o|ano|no|entre|e|a|para|primavera|verão|outono|inverno|antes de|depois de|"
        r"final de|fim de|início de|meados de",
        early=r"(?:no )?(?:início|começo) (?:de|do)",
        middle=r"(?:em )?meados (?:de|do)",
        late=r"(?:no )?(?:fim|final) (?:de|do)",
        decade=r"anos",
        joins="-|–|e|a|ao|ou",
    ),
    "nl": DateWords(
        days={
            "vandaag": 0,
            "vanochtend": 0,
            "vanmorgen": 0,
            "vanmiddag": 0,
            "vanavond": 0,
            "vannacht": 0,
            "gisteren": -1,
            "gisteravond": -1,
            "eergisteren": -2,
            "morgen": 1,
            "overmorgen": 2,
        },
        units={
            "dag": ("day", 1),
            "dagen": ("day", 1),
            "week": ("week", 1),
            "weken": ("week", 1),
            "maand": ("month", 1),
            "maanden": ("month", 1),
            "jaar": ("year", 1),
            "jaren": ("year", 1),
        },
        last=("vorige", "vorig", "afgelopen", "laatste"),
        next=("volgende", "volgend", "komende", "komend"),
        this=("deze", "dit"),
        ago=(("", "geleden"), ("", "eerder"), (r"sinds|al", "")),
        within=(("over", ""), ("binnen", "")),
        links=r"van",
        day_suffix="e",
        year_before=r"in|sinds|tot|van|voor|na|eind|begin|medio|jaar|het jaar|vanaf|tussen|en|voorjaar|zomer|najaar|"
        r"herfst|winter",
        early=r"begin(?: van)?",
        middle=r"medio|midden",
        late=r"eind(?: van)?",
        decade=r"(?:de )?jaren",
        joins="-|–|tot|en|of|t/m",
    ),
}
