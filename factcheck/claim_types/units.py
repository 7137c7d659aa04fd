"""Units and currencies by their names in en, it, de, fr, es, pt, nl, reduced to a dimension and a factor."""

from __future__ import annotations

from factcheck.claim_types.text import folded

_LENGTH = {
    "km": (
        1000.0,
        """kilometer kilometers kilometre kilometres kilometern chilometro chilometri kilomètre kilomètres kilómetro
        kilómetros quilómetro quilómetros quilômetro quilômetros""",
    ),
    "m": (1.0, "meter meters metre metres metro metri mètre mètres metros"),
    "cm": (
        0.01,
        """centimeter centimeters centimetre centimetres centimetro centimetri zentimeter centimètre centimètres
        centímetro centímetros""",
    ),
    "mi": (1609.344, "mile miles miglio miglia meile meilen mille milles milla millas milha milhas mijl"),
    "ft": (0.3048, "foot feet piede piedi pied pieds pie pies"),
}
_MASS = {
    "kg": (
        1.0,
        "kilo kilos kilogram kilograms kilogramm chilo chili chilogrammi kilogramme kilogrammes kilogramos quilos",
    ),
    "t": (1000.0, "ton tons tonne tonnes tonnellata tonnellate tonnen tonelada toneladas"),
    "g": (0.001, "gram grams gramm grammo grammi gramme grammes gramo gramos"),
    "lb": (0.45359237, "lbs libbre"),
}
_AREA = {
    "ha": (10_000.0, "hectare hectares ettaro ettari hektar hectárea hectáreas"),
    "km²": (1_000_000.0, "km2"),
    "m²": (1.0, "m2 mq"),
    "acre": (4046.8564, "acres acri"),
}
_TIME = {
    "s": (1.0, "second seconds secondo secondi sekunde sekunden seconde secondes segundo segundos"),
    "min": (60.0, "minute minutes minuto minuti minuten minutos"),
    "h": (3600.0, "hour hours ora ore stunde stunden heure heures hora horas uur uren"),
    "day": (86_400.0, "days giorno giorni tag tage tagen jour jours día días dia dias dag dagen"),
    "week": (604_800.0, "weeks settimana settimane woche wochen semaine semaines semana semanas weken"),
    "month": (2_629_746.0, "months mese mesi monat monate monaten mois mes meses mês maand maanden"),
    "year": (31_556_952.0, "years anno anni jahr jahre jahren an ans année années año años ano anos jaar"),
}
_CURRENCIES = {
    "EUR": "€ euro euros",
    "USD": "$ us$ dollar dollars dollaro dollari dólar dólares",
    "GBP": "£ pound pounds sterling sterlina sterline pfund",
    "RUB": "₽ rouble roubles ruble rubles rublo rubli rubel roebel rublos",
    "JPY": "¥ yen",
    "CNY": "yuan renminbi 元",
    "CHF": "franken",
    "INR": "₹ rupee rupees rupie",
    "UAH": "₴ hryvnia grivna grivnia",
}
_PERCENT = "% percent percentage prozent percento procent percentuale pourcent"


def _table() -> dict[str, tuple[str, str, float]]:
    table: dict[str, tuple[str, str, float]] = {}
    for dimension, group in (("length", _LENGTH), ("mass", _MASS), ("area", _AREA), ("time", _TIME)):
        for symbol, (factor, names) in group.items():
            for name in (symbol, *names.split()):
                table[folded(name)] = (dimension, symbol, factor)
    for code, names in _CURRENCIES.items():
        for name in (code, *names.split()):
            table[folded(name)] = ("money", code, 1.0)
    for name in _PERCENT.split():
        table[name] = ("percent", "%", 1.0)
    return table


UNITS = _table()
"""Folded name -> dimension, symbol, factor to the base unit (m, kg, m², s); 1 for money, which is never converted."""

AMBIGUOUS = frozenset(
    folded(name)
    for name in ("mille", "an", "pie", "mes", "ora", "chili", "pound", "libbra", "metro", "t", "g", "s", "m", "h")
)
"""Names that are common words or letters too: units only right behind a number, never as a reading of "mille"."""


def unit_of(name: str | None) -> tuple[str, str, float] | None:
    """Dimension, symbol and factor of a unit as written (`km`, `miles`, `€`); None when it is no known one."""
    if not name:
        return None
    key = folded(name).strip().strip(".")
    return UNITS.get(key) or next((UNITS[w] for w in reversed(key.split()) if w in UNITS and w not in AMBIGUOUS), None)
