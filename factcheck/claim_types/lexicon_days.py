"""How languages name days: relative words, weekdays with their endings, week-ends, distances from an event.

Month names and the plain weekday names come from CLDR (babel); the rest is written from knowledge of the languages.
Where `lexicon_dates` knows the language too, what stands here adds to it.
"""

from __future__ import annotations

from dataclasses import dataclass

_NEVER = "(?!)"


@dataclass(frozen=True)
class DayWords:
    """What one language says of days; casefolded lists parted by blanks, `_` for a blank inside, and expressions."""

    days: str = ""
    """Words for single days with the days from publication: `ieri=-1`."""
    article: str = _NEVER
    """Behind this the words in `nouns` are no day from publication: "la mañana" is the morning, "mañana" tomorrow."""
    nouns: str = ""
    weekdays: tuple[str, ...] = ("",) * 7
    """More names and inflected forms of Monday to Sunday."""
    tails: str = ""
    """What is written on to a weekday or its forms: endings, and parts of the day ("maandagavond")."""
    weekend: str = ""
    units: str = ""
    """Nouns of time with their unit: `dni=day`."""
    ago: tuple[tuple[str, str], ...] = ()
    """Expressions in front of and behind number and unit, counted back from publication."""
    after: str = _NEVER
    """Expression behind number and unit, in front of an event: "two days after the fire"."""
    before: str = _NEVER
    later: str = _NEVER
    """The same without the event: "two days later"."""
    earlier: str = _NEVER
    wholes: str = ""
    """Words that are number and unit at once: `이틀=day*2`."""
    next_to: str = ""
    """Words for one day's distance, with the field of this class that they belong to: `vortag=earlier`."""
    month_day: str = _NEVER
    """Expression for a day of a month that is not named, with `{day}`."""
    spaced: bool = True
    """Whether blanks part words."""


_GERMAN_PARTS = "früh morgen vormittag mittag nachmittag abend nacht"
_DUTCH_PARTS = "ochtend morgen voormiddag middag namiddag avond nacht"

WEST: dict[str, DayWords] = {
    "en": DayWords(
        weekend="weekend",
        after=r"after|following|since|into|on\s+from",
        before=r"before|prior\s+to|ahead\s+of",
        later=r"later|afterwards?",
        earlier=r"earlier|previously|beforehand",
        month_day=r"on\s+the\s+{day}(?:st|nd|rd|th)(?=\s*[.,;:)]|\s*$|\s+of\s+(?:this|the)\s+month)",
        next_to="the_day_after=after the_day_before=before the_eve_of=before the_next_day=later "
        "the_following_day=later the_previous_day=earlier",
    ),
    "it": DayWords(
        days="ieri_sera=-1 la_notte_scorsa=-1 domattina=1 domani_sera=1",
        weekend="weekend week-end fine_settimana",
        after=r"dopo",
        before=r"prima\s+(?:di|del|della|dello|dei|degli|delle|che|dell['’])",
        later=r"più\s+tardi",
        earlier=r"prima",
        month_day=r"giorno\s+{day}(?!\s+d)",
        next_to="all'indomani=after l'indomani=after il_giorno_dopo=after il_giorno_successivo=later "
        "il_giorno_seguente=later alla_vigilia=before la_vigilia=before il_giorno_prima_di=before "
        "il_giorno_prima_del=before il_giorno_prima_della=before il_giorno_prima_dell'=before "
        "il_giorno_prima=earlier il_giorno_precedente=earlier",
    ),
    "de": DayWords(
        days="gestrige=-1 gestrigen=-1 gestriger=-1 gestriges=-1 gestrigem=-1 heutige=0 heutigen=0 heutiger=0 "
        "heutiges=0 heutigem=0 morgige=1 morgigen=1 morgiger=1 morgiges=1 morgigem=1 letzte_nacht=-1 "
        "vergangene_nacht=-1 vergangenen_nacht=-1",
        weekdays=("", "", "", "", "", "sonnabend", ""),
        tails=_GERMAN_PARTS,
        weekend="wochenende wochenendes",
        after=r"nach|nachdem",
        before=r"vor|bevor",
        later=r"später|danach|darauf|hernach",
        earlier=r"zuvor|früher|davor|vorher",
        next_to="am_tag_nach=after am_tage_nach=after der_tag_nach=after am_tag_vor=before am_vorabend=before "
        "am_vortag_der=before am_vortag_des=before tags_darauf=later am_nächsten_tag=later "
        "am_folgenden_tag=later am_folgetag=later am_tag_danach=later am_tag_darauf=later "
        "am_vortag=earlier tags_zuvor=earlier am_tag_zuvor=earlier am_tag_davor=earlier",
    ),
    "fr": DayWords(
        days="la_nuit_dernière=-1 demain_matin=1 demain_soir=1",
        weekend="weekend week-end fin_de_semaine",
        after=r"après",
        before=r"avant",
        later=r"plus\s+tard",
        earlier=r"plus\s+tôt|auparavant",
        next_to="lendemain_de=after lendemain_du=after lendemain_des=after lendemain_d'=after au_lendemain_de=after "
        "au_lendemain_du=after au_lendemain_des=after au_lendemain_d'=after le_lendemain_de=after "
        "le_lendemain_du=after le_lendemain_des=after le_lendemain_d'=after le_lendemain=later "
        "au_lendemain=later le_jour_suivant=later la_veille_de=before la_veille_du=before "
        "la_veille_des=before la_veille_d'=before la_veille=earlier",
    ),
    "es": DayWords(
        days="mañana=1 la_noche_pasada=-1",
        article=r"la|las|una|esta|esa|cada|toda|media|misma|ayer|hoy|próxima|el|buena|lunes|martes|miércoles|jueves|"
        r"viernes|sábado|domingo",
        nouns="mañana",
        weekend="fin_de_semana finde",
        after=r"después|tras",
        before=r"antes\s+(?:de|del|que)",
        later=r"más\s+tarde|luego",
        earlier=r"antes",
        month_day=r"día\s+{day}(?!\s+d)",
        next_to="día_siguiente_de=after día_siguiente_del=after día_siguiente_al=after día_siguiente_a=after "
        "el_día_después=after un_día_después=after día_siguiente=later la_víspera_de=before "
        "la_víspera_del=before en_vísperas=before el_día_antes_de=before el_día_antes_del=before "
        "la_víspera=earlier el_día_anterior=earlier el_día_antes=earlier el_día_previo=earlier",
    ),
    "pt": DayWords(
        days="a_noite_passada=-1 na_noite_passada=-1 ontem_à_noite=-1 amanhã_de_manhã=1",
        weekdays=("segunda-feira", "na_terça nesta_terça desta_terça", "", "", "", "", ""),
        weekend="fim_de_semana final_de_semana fim-de-semana",
        after=r"depois|após",
        before=r"antes\s+(?:de|do|da|dos|das)",
        later=r"mais\s+tarde",
        earlier=r"antes",
        month_day=r"dia\s+{day}(?!\s+d)",
        next_to="dia_seguinte_a=after dia_seguinte_à=after dia_seguinte_ao=after dia_depois=after dia_após=after "
        "dia_seguinte=later véspera_de=before véspera_da=before véspera_do=before vésperas_de=before "
        "vésperas_da=before vésperas_do=before na_véspera_de=before na_véspera_da=before na_véspera_do=before "
        "na_véspera=earlier dia_anterior=earlier",
    ),
    "nl": DayWords(
        days="gisterenavond=-1 gisterochtend=-1 gistermorgen=-1 gistermiddag=-1 gisternacht=-1 afgelopen_nacht=-1 "
        "morgenochtend=1 morgenmiddag=1 morgenavond=1 morgennacht=1",
        article=r"de|deze|die|elke|iedere|'s|s",
        nouns="morgen",
        tails=_DUTCH_PARTS,
        weekend="weekend weekeinde",
        after=r"na|nadat",
        before=r"voor|vóór|voordat",
        later=r"later|daarna|nadien|erna",
        earlier=r"eerder|ervoor|daarvoor",
        next_to="de_dag_na=after daags_na=after de_dag_voor=before de_dag_vóór=before daags_voor=before "
        "de_vooravond=before de_volgende_dag=later de_dag_erna=later de_dag_daarna=later "
        "de_dag_daarop=later de_dag_ervoor=earlier de_dag_daarvoor=earlier de_vorige_dag=earlier "
        "daags_ervoor=earlier",
    ),
}
