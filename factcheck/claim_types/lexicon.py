"""Words for numbers, negation and function words, per language, written from knowledge of the languages.

Covered: en, it, de, fr, es, pt, nl (and the magnitudes of zh and ja). With any other language digits, percent signs,
currency symbols and units still work; number words, approximations and negations are not recognised.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from factcheck.models import Comparator

Collective = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Words:
    """What one language needs so that quantities in running text become intervals; all keys casefolded."""

    magnitudes: dict[str, float]
    collectives: dict[str, Collective]
    """Nouns that are themselves a vague number; (40, 40) means about 40."""
    before: dict[str, Comparator]
    """Phrases in front of a number."""
    after: dict[str, Comparator]
    """Phrases behind a number."""
    ranges: tuple[tuple[str, str], ...]
    """Opening and middle of a range; an empty opening needs none."""
    halves: frozenset[str]
    both: frozenset[str] = field(default_factory=frozenset)
    ones: frozenset[str] = field(default_factory=frozenset)
    """Words that are the number one and not merely an article."""
    tens_of: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Plural collectives that can multiply the magnitude after them ("tens of thousands")."""
    several: dict[str, Collective] = field(default_factory=dict)
    """Words in front of a magnitude that say how many of it ("several hundred"); by themselves they are no number."""
    ordinal_before: str = ""
    """Alternation of suffixes that make digits an ordinal."""
    percent: tuple[str, ...] = ()
    half_of: str = ""
    """Regular expression of "half" as a share, which is 50 %; the bare word has too many other meanings."""
    clock: tuple[str, ...] = ()
    """Words in front of or behind a number that make it an hour."""


def _phrases(comparator: Comparator, text: str) -> dict[str, Comparator]:
    return {phrase.strip(): comparator for phrase in text.split(",")}


def _factors(text: str) -> dict[str, float]:
    return {word: float(value) for word, _, value in (item.partition("=") for item in text.split())}


def _several(words: str, couple: str = "") -> dict[str, Collective]:
    return dict.fromkeys(words.split(), (2.0, 9.0)) | dict.fromkeys(couple.split(), (2.0, 3.0))


DOZENS, HUNDREDS, THOUSANDS, MILLIONS = (20.0, 99.0), (200.0, 999.0), (2000.0, 9999.0), (2e6, 999e6)

EN = Words(
    magnitudes=_factors(
        "dozen=12 hundred=100 thousand=1e3 million=1e6 millions=1e6 billion=1e9 "
        "trillion=1e12 mln=1e6 mn=1e6 bn=1e9 tn=1e12 k=1e3"
    ),
    collectives={"dozen": (12, 12), "score": (20, 20), "couple": (2, 3)},
    tens_of={
        "dozens": DOZENS,
        "tens": DOZENS,
        "scores": DOZENS,
        "hundreds": HUNDREDS,
        "thousands": THOUSANDS,
        "millions": MILLIONS,
        "billions": (2e9, 999e9),
    },
    several=_several("several few", couple="couple"),
    before={
        **_phrases(
            "about",
            "about,around,approximately,roughly,some,circa,nearly,almost,close to,an estimated,estimated,"
            "in the region of",
        ),
        **_phrases("at_least", "at least,no fewer than,no less than,not less than,not fewer than,a minimum of,minimum"),
        **_phrases("more_than", "more than,over,above,upwards of,in excess of,exceeding"),
        **_phrases("at_most", "at most,up to,no more than,not more than,as many as,a maximum of,maximum"),
        **_phrases("less_than", "less than,fewer than,under,below"),
    },
    after={
        **_phrases("at_least", "or more,at least,or over"),
        **_phrases("at_most", "or less,or fewer,at most"),
        **_phrases("about", "or so"),
    },
    ranges=(("between", "and"), ("from", "to"), ("", "to"), ("", "or")),
    halves=frozenset({"half"}),
    half_of=r"half(?=\s+(?:of|the|its|their|his|her|all)\b)",
    both=frozenset({"both", "pair", "twin", "twice"}),
    ones=frozenset({"one"}),
    ordinal_before="st|nd|rd|th",
    percent=("percent", "per cent", "pc"),
    clock=("at", "a.m.", "p.m.", "am", "pm", "o'clock"),
)

IT = Words(
    magnitudes=_factors(
        "dozzine=12 dozzina=12 cento=100 mila=1e3 mille=1e3 milione=1e6 "
        "milioni=1e6 mln=1e6 miliardo=1e9 miliardi=1e9 mld=1e9"
    ),
    collectives={
        "decina": (10, 10),
        "dozzina": (12, 12),
        "quindicina": (15, 15),
        "ventina": (20, 20),
        "trentina": (30, 30),
        "quarantina": (40, 40),
        "cinquantina": (50, 50),
        "sessantina": (60, 60),
        "settantina": (70, 70),
        "ottantina": (80, 80),
        "novantina": (90, 90),
        "centinaio": (100, 100),
        "migliaio": (1000, 1000),
        "paio": (2, 3),
        "coppia": (2, 2),
    },
    tens_of={
        "decine": DOZENS,
        "dozzine": DOZENS,
        "centinaia": HUNDREDS,
        "migliaia": THOUSANDS,
        "qualche decina": DOZENS,
        "qualche centinaio": HUNDREDS,
        "qualche migliaio": THOUSANDS,
    },
    several=_several("alcuni alcune qualche diversi diverse parecchi parecchie vari varie", couple="paio"),
    before={
        **_phrases(
            "about",
            "circa,quasi,all'incirca,pressappoco,intorno a,intorno ai,attorno a,attorno ai,più o meno,"
            "grosso modo,qualcosa come",
        ),
        **_phrases("at_least", "almeno,non meno di,un minimo di,minimo,come minimo"),
        **_phrases(
            "more_than", "più di,oltre,oltre i,oltre le,più dei,più delle,sopra i,superiore a,superiori a,ben oltre"
        ),
        **_phrases("at_most", "al massimo,non più di,fino a,sino a,un massimo di"),
        **_phrases("less_than", "meno di,sotto i,inferiore a,inferiori a,meno dei,meno delle"),
    },
    after={
        **_phrases("at_least", "o più,almeno,in su"),
        **_phrases("about", "circa,o giù di lì"),
        **_phrases("at_most", "al massimo,o meno"),
    },
    ranges=(
        ("fra", "e"),
        ("tra", "e"),
        ("tra i", "e i"),
        ("fra i", "e i"),
        ("tra le", "e le"),
        ("da", "a"),
        ("dai", "ai"),
        ("dalle", "alle"),
        ("", "o"),
    ),
    halves=frozenset({"metà", "mezzo", "mezza"}),
    half_of=r"metà(?=\s+(?:dei|delle|degli|della|dello|di\s+(?:loro|essi|questi)))",
    both=frozenset({"entrambi", "entrambe", "ambedue", "doppio"}),
    ordinal_before="°|º|ª",
    percent=("per cento", "percento", "punti percentuali"),
    clock=("ore", "alle", "dalle", "le ore"),
)

DE = Words(
    magnitudes=_factors(
        "dutzend=12 hundert=100 tausend=1e3 tsd=1e3 million=1e6 millionen=1e6 "
        "mio=1e6 milliarde=1e9 milliarden=1e9 mrd=1e9 zehntausend=1e4 hunderttausend=1e5 billion=1e12 billionen=1e12"
    ),
    collectives={"dutzend": (12, 12), "paar": (2, 9), "handvoll": (3, 8)},
    tens_of={
        "dutzende": DOZENS,
        "dutzenden": DOZENS,
        "dutzender": DOZENS,
        "hunderte": HUNDREDS,
        "hunderten": HUNDREDS,
        "hunderter": HUNDREDS,
        "tausende": THOUSANDS,
        "tausenden": THOUSANDS,
        "tausender": THOUSANDS,
        "zehntausende": (2e4, 99999.0),
        "zehntausenden": (2e4, 99999.0),
        "hunderttausende": (2e5, 999999.0),
        "hunderttausenden": (2e5, 999999.0),
    },
    several=_several("mehrere mehreren mehrerer einige einigen einiger etliche etlichen etlicher paar"),
    before={
        **_phrases("about", "rund,etwa,ungefähr,circa,ca.,ca,knapp,fast,gut,beinahe,annähernd,an die,schätzungsweise"),
        **_phrases("at_least", "mindestens,wenigstens,zumindest,nicht weniger als,minimum"),
        **_phrases("more_than", "mehr als,über,weit über,mehr denn"),
        **_phrases("at_most", "höchstens,maximal,bis zu,nicht mehr als"),
        **_phrases("less_than", "weniger als,unter"),
    },
    after={**_phrases("at_least", "oder mehr"), **_phrases("at_most", "oder weniger")},
    ranges=(("zwischen", "und"), ("von", "bis"), ("", "bis"), ("", "oder")),
    halves=frozenset({"hälfte", "halbe", "halben", "halber"}),
    half_of=r"hälfte",
    both=frozenset({"beide", "beiden", "beider", "doppelt"}),
    ones=frozenset({"eins"}),
    percent=("prozent", "v.h."),
    clock=("uhr",),
)

FR = Words(
    magnitudes=_factors(
        "douzaines=12 cent=100 cents=100 mille=1e3 million=1e6 millions=1e6 milliard=1e9 milliards=1e9 md=1e9 mds=1e9"
    ),
    collectives={
        "dizaine": (10, 10),
        "douzaine": (12, 12),
        "quinzaine": (15, 15),
        "vingtaine": (20, 20),
        "trentaine": (30, 30),
        "quarantaine": (40, 40),
        "cinquantaine": (50, 50),
        "soixantaine": (60, 60),
        "centaine": (100, 100),
        "millier": (1000, 1000),
        "paire": (2, 2),
    },
    tens_of={"dizaines": DOZENS, "douzaines": DOZENS, "centaines": HUNDREDS, "milliers": THOUSANDS},
    several=_several("plusieurs quelques"),
    before={
        **_phrases("about", "environ,près de,quelque,autour de,presque,approximativement,aux alentours de,à peu près"),
        **_phrases("at_least", "au moins,pas moins de,au minimum,un minimum de"),
        **_phrases("more_than", "plus de,plus d',au-delà de,supérieur à,au-dessus de"),
        **_phrases("at_most", "au plus,au maximum,jusqu'à,pas plus de,un maximum de"),
        **_phrases("less_than", "moins de,moins d',en dessous de,inférieur à"),
    },
    after={
        **_phrases("at_least", "ou plus,au moins"),
        **_phrases("about", "environ"),
        **_phrases("at_most", "au plus,au maximum,ou moins"),
    },
    ranges=(("entre", "et"), ("de", "à"), ("", "à"), ("", "ou")),
    halves=frozenset({"moitié", "demi", "demie"}),
    half_of=r"moitié",
    both=frozenset({"tous deux", "toutes deux", "double"}),
    ordinal_before="er|re|ère|e|ème|nd|nde",
    percent=("pour cent", "pourcent"),
    clock=("h", "heures", "heure"),
)

ES = Words(
    magnitudes=_factors("docenas=12 docena=12 cien=100 mil=1e3 millón=1e6 millon=1e6 millones=1e6"),
    collectives={
        "decena": (10, 10),
        "docena": (12, 12),
        "quincena": (15, 15),
        "veintena": (20, 20),
        "treintena": (30, 30),
        "cincuentena": (50, 50),
        "centenar": (100, 100),
        "centena": (100, 100),
        "millar": (1000, 1000),
        "par": (2, 3),
    },
    tens_of={
        "decenas": DOZENS,
        "docenas": DOZENS,
        "centenares": HUNDREDS,
        "cientos": HUNDREDS,
        "centenas": HUNDREDS,
        "miles": THOUSANDS,
        "millares": THOUSANDS,
    },
    several=_several("varios varias algunos algunas pocos pocas", couple="par"),
    before={
        **_phrases("about", "unos,unas,alrededor de,cerca de,aproximadamente,casi,en torno a,cerca del,alrededor del"),
        **_phrases("at_least", "al menos,por lo menos,no menos de,como mínimo,un mínimo de"),
        **_phrases("more_than", "más de,más del,por encima de,superior a,superiores a"),
        **_phrases("at_most", "como máximo,a lo sumo,hasta,no más de,un máximo de"),
        **_phrases("less_than", "menos de,menos del,por debajo de,inferior a"),
    },
    after={
        **_phrases("at_least", "o más,al menos"),
        **_phrases("at_most", "como máximo,o menos"),
        **_phrases("about", "aproximadamente"),
    },
    ranges=(("entre", "y"), ("de", "a"), ("", "a"), ("", "o")),
    halves=frozenset({"mitad", "medio", "media"}),
    half_of=r"mitad",
    both=frozenset({"ambos", "ambas", "doble"}),
    ordinal_before="°|º|ª|er",
    percent=("por ciento",),
    clock=("horas", "a las", "las"),
)

PT = Words(
    magnitudes=_factors(
        "dúzias=12 dúzia=12 cem=100 mil=1e3 milhão=1e6 milhões=1e6 mi=1e6 bilhão=1e9 bilhões=1e9 bi=1e9"
    ),
    collectives={
        "dezena": (10, 10),
        "dúzia": (12, 12),
        "vintena": (20, 20),
        "centena": (100, 100),
        "milhar": (1000, 1000),
        "par": (2, 3),
    },
    tens_of={"dezenas": DOZENS, "dúzias": DOZENS, "centenas": HUNDREDS, "milhares": THOUSANDS},
    several=_several("vários várias alguns algumas poucos poucas", couple="par"),
    before={
        **_phrases("about", "cerca de,uns,umas,aproximadamente,quase,perto de,por volta de,em torno de"),
        **_phrases("at_least", "pelo menos,ao menos,no mínimo,não menos de"),
        **_phrases("more_than", "mais de,mais do que,acima de,superior a"),
        **_phrases("at_most", "no máximo,até,não mais de"),
        **_phrases("less_than", "menos de,abaixo de,inferior a"),
    },
    after={**_phrases("at_least", "ou mais,pelo menos"), **_phrases("at_most", "no máximo,ou menos")},
    ranges=(("entre", "e"), ("de", "a"), ("", "a"), ("", "ou")),
    halves=frozenset({"metade", "meio", "meia"}),
    half_of=r"metade",
    both=frozenset({"ambos", "ambas", "dobro"}),
    ordinal_before="°|º|ª",
    percent=("por cento",),
    clock=("horas", "às"),
)

NL = Words(
    magnitudes=_factors("dozijn=12 honderd=100 duizend=1e3 miljoen=1e6 mln=1e6 miljard=1e9 mld=1e9"),
    collectives={
        "dozijn": (12, 12),
        "tiental": (10, 10),
        "twintigtal": (20, 20),
        "dertigtal": (30, 30),
        "veertigtal": (40, 40),
        "vijftigtal": (50, 50),
        "honderdtal": (100, 100),
        "duizendtal": (1000, 1000),
        "paar": (2, 9),
    },
    tens_of={
        "tientallen": DOZENS,
        "dozijnen": DOZENS,
        "honderden": HUNDREDS,
        "miljoenen": MILLIONS,
        "miljarden": (2e9, 999e9),
        "duizenden": THOUSANDS,
        "tienduizenden": (2e4, 99999.0),
        "honderdduizenden": (2e5, 999999.0),
    },
    several=_several("enkele verscheidene meerdere verschillende paar"),
    before={
        **_phrases("about", "ongeveer,circa,ca.,rond,zo'n,bijna,naar schatting,rond de"),
        **_phrases("at_least", "minstens,ten minste,tenminste,minimaal,zeker"),
        **_phrases("more_than", "meer dan,ruim,boven,boven de"),
        **_phrases("at_most", "hooguit,maximaal,hoogstens,tot,niet meer dan,ten hoogste"),
        **_phrases("less_than", "minder dan,onder,onder de"),
    },
    after={**_phrases("at_least", "of meer"), **_phrases("at_most", "of minder")},
    ranges=(("tussen", "en"), ("van", "tot"), ("", "tot"), ("", "of")),
    halves=frozenset({"helft", "half", "halve"}),
    half_of=r"helft",
    both=frozenset({"beide", "beiden", "dubbel"}),
    ordinal_before="e|de|ste",
    percent=("procent",),
    clock=("uur",),
)

CJK = Words(
    magnitudes=_factors("万=1e4 萬=1e4 亿=1e8 億=1e8 千=1e3 百万=1e6 千万=1e7 兆=1e12"),
    collectives={},
    before=_phrases("about", "约,大约,約"),
    after=_phrases("about", "左右"),
    ranges=(),
    halves=frozenset(),
)
DIGITS_ONLY = Words(
    magnitudes=_factors("mln=1e6 mio=1e6 bn=1e9 mrd=1e9"),
    collectives={},
    before={},
    after={},
    ranges=(),
    halves=frozenset(),
)

WORDS: dict[str, Words] = {"en": EN, "it": IT, "de": DE, "fr": FR, "es": ES, "pt": PT, "nl": NL, "zh": CJK, "ja": CJK}
