"""Words with a full stop that does not end a sentence, per language: CLDR suppressions and press usage."""

from __future__ import annotations


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


SHARED_BEFORE_NAME = _words(
    "dr prof mr mrs ms st mt gen col maj capt lt sgt cpl adm cmdr sen rep gov pres rev hon vs cf nr"
)

BEFORE_NAME: dict[str, frozenset[str]] = {
    "en": _words("messrs mmes jr fr ft brig supt det insp dept univ assn bros pvt ave blvd gov't"),
    "it": _words(
        "dott dr.ssa dott.ssa prof.ssa sig sigg sig.ra sig.na on avv ing geom rag arch mons card don ten serg magg cap",
        "cav comm egr gent ill spett ss s.e p.zza v.le c.so v cfr es pag pagg art artt lett cit op seg segg",
        "vicepres proc reg prov tel c.d cd",
    ),
    "fr": _words("m mm mme mmes mlle mlles me mgr pr vve av bd boul env chap hab p pp réf"),
    "de": _words(
        "hr fr frl dipl ing bzw ca evtl ggf inkl vgl zzgl str abs bsp geb gest sog std tel zb med phil jur min mio mrd",
        "staatssekr univ abg bundesmin",
    ),
    "es": _words("sr sra srta sres d dña dn ud uds vd lic ing arq gral cnel cap tte sto sta av avda pág págs núm"),
    "pt": _words("sr sra srta d dona exmo exma eng arq gal cel cap ten av pág págs núm dra profa"),
    "nl": _words("dhr mevr mw drs ir ing mr bijv o.a m.b.t blz resp jl"),
    "ru": _words("г гг ул пр просп д им тов гр акад проф св см ср напр тыс млн млрд руб"),
    "pl": _words("p pp ks abp bp płk mjr kpt por inż mgr hab im ul al pl św zob np tzw tys mln mld"),
}
"""Lower case, without the final stop: never the end of a sentence before a capital."""

SHARED_BEFORE_NUMBER = _words("n nn nr no p pp pg pag pagg pág art artt vol cap ch sec fig tab par abs nos núm č")

BEFORE_NUMBER: dict[str, frozenset[str]] = {
    "en": _words("jan feb mar apr jun jul aug sept sep oct nov dec"),
    "it": _words("genn gen febb feb mar apr magg giu lug ago sett set ott nov dic"),
    "fr": _words("janv févr avr juil sept oct nov déc"),
    "de": _words("jan feb apr aug sept okt nov dez"),
    "es": _words("ene feb abr ago sept oct nov dic"),
    "pt": _words("jan fev abr ago set out nov dez"),
}
"""Lower case, without the final stop: not the end of a sentence before a digit."""

STARTERS: dict[str, frozenset[str]] = {
    "en": _words(
        "the a an he she it they we i you but and in on at this that these those his her its their there when while",
        "after as for if meanwhile however no not so what who why how since until during despite",
    ),
    "it": _words(
        "il i gli un uno una ma e in nel nella nei secondo anche dopo per con alla questo questa questi non si se",
        "quando mentre poi così tra fra ora oggi ieri è ha sono su",
    ),
    "fr": _words("les un une mais et en au aux ce cette ces il elle ils elles selon pour dans après on"),
    "de": _words("der die das ein eine er sie es wir aber und in im am auf bei dies diese nach für wenn als doch auch"),
    "es": _words("el los las un una pero y en al este esta estos según para con por tras no se cuando"),
    "pt": _words("o a os as um uma mas e em no na este esta segundo para com por após não se quando"),
    "nl": _words("het een maar en in op dit dat hij zij ze er volgens voor na als toen"),
}
"""Function words that no name begins with, lower case: after an initial or acronym they begin a sentence."""

DOTTED_ENDS = _words("a.m p.m s.p.a s.r.l e.v u.a")
"""Dotted abbreviations that follow what they belong to, so that a capital after them begins a sentence."""

ORDINAL_STOP = _words("de da nb nn no is fi et lv cs sk pl hu sl hr bs sr tr lb")
"""Languages that write ordinals with a full stop: `5. Oktober`."""
