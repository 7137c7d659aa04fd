"""Number words in front of units of time, per language; up to 99 where they are composed by rule."""

from __future__ import annotations

from collections.abc import Callable


def _numbers(text: str) -> dict[str, int]:
    return {word.replace("_", " "): int(value) for word, _, value in (item.partition("=") for item in text.split())}


def _composed(words: str, tens: str, join: Callable[[str, str, int], str], ones: str = "") -> dict[str, int]:
    """The listed words, the tens, and what `join(ten, one, value of one)` makes of each two of them."""
    listed, by_ten = _numbers(words), _numbers(tens)
    units = {value: word for word, value in {**listed, **_numbers(ones)}.items() if 0 < value < 10}
    joined = {join(ten, word, one): value + one for ten, value in by_ten.items() for one, word in units.items()}
    return joined | by_ten | listed


def _italian(ten: str, one: str, value: int) -> str:
    return (ten[:-1] if value in (1, 8) else ten) + one


NUMBERS: dict[str, dict[str, int]] = {
    "en": _composed(
        "a=1 an=1 one=1 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 twelve=12 "
        "thirteen=13 fourteen=14 fifteen=15 sixteen=16 seventeen=17 eighteen=18 nineteen=19 hundred=100 a_hundred=100",
        "twenty=20 thirty=30 forty=40 fifty=50 sixty=60 seventy=70 eighty=80 ninety=90",
        lambda ten, one, _: f"{ten}-{one}",
    ),
    "it": _composed(
        "un=1 una=1 uno=1 due=2 tre=3 quattro=4 cinque=5 sei=6 sette=7 otto=8 nove=9 dieci=10 undici=11 dodici=12 "
        "tredici=13 quattordici=14 quindici=15 sedici=16 diciassette=17 diciotto=18 diciannove=19 vent=20 cento=100",
        "venti=20 trenta=30 quaranta=40 cinquanta=50 sessanta=60 settanta=70 ottanta=80 novanta=90",
        _italian,
    ),
    "de": _composed(
        "einem=1 einer=1 eine=1 einen=1 ein=1 zwei=2 drei=3 vier=4 fünf=5 sechs=6 sieben=7 acht=8 neun=9 zehn=10 "
        "elf=11 zwölf=12 dreizehn=13 vierzehn=14 fünfzehn=15 sechzehn=16 siebzehn=17 achtzehn=18 neunzehn=19 "
        "hundert=100",
        "zwanzig=20 dreißig=30 vierzig=40 fünfzig=50 sechzig=60 siebzig=70 achtzig=80 neunzig=90",
        lambda ten, one, _: f"{one}und{ten}",
    ),
    "fr": _composed(
        "un=1 une=1 deux=2 trois=3 quatre=4 cinq=5 six=6 sept=7 huit=8 neuf=9 dix=10 onze=11 douze=12 treize=13 "
        "quatorze=14 quinze=15 seize=16 dix-sept=17 dix-huit=18 dix-neuf=19 soixante-dix=70 quatre-vingts=80 "
        "quatre-vingt-dix=90 cent=100",
        "vingt=20 trente=30 quarante=40 cinquante=50 soixante=60 quatre-vingt=80",
        lambda ten, one, value: f"{ten} et {one}" if value == 1 else f"{ten}-{one}",
        "un=1",
    ),
    "es": _composed(
        "un=1 una=1 dos=2 tres=3 cuatro=4 cinco=5 seis=6 siete=7 ocho=8 nueve=9 diez=10 once=11 doce=12 trece=13 "
        "catorce=14 quince=15 dieciséis=16 diecisiete=17 dieciocho=18 diecinueve=19 veinte=20 veintiún=21 "
        "veintidós=22 veintitrés=23 veinticuatro=24 veinticinco=25 veintiséis=26 veintisiete=27 veintiocho=28 "
        "veintinueve=29 cien=100",
        "treinta=30 cuarenta=40 cincuenta=50 sesenta=60 setenta=70 ochenta=80 noventa=90",
        lambda ten, one, _: f"{ten} y {one}",
    ),
    "pt": _composed(
        "um=1 uma=1 dois=2 duas=2 três=3 quatro=4 cinco=5 seis=6 sete=7 oito=8 nove=9 dez=10 onze=11 doze=12 "
        "treze=13 catorze=14 quatorze=14 quinze=15 dezesseis=16 dezasseis=16 dezessete=17 dezassete=17 dezoito=18 "
        "dezenove=19 dezanove=19 cem=100",
        "vinte=20 trinta=30 quarenta=40 cinquenta=50 sessenta=60 setenta=70 oitenta=80 noventa=90",
        lambda ten, one, _: f"{ten} e {one}",
    ),
    "nl": _composed(
        "een=1 één=1 twee=2 drie=3 vier=4 vijf=5 zes=6 zeven=7 acht=8 negen=9 tien=10 elf=11 twaalf=12 dertien=13 "
        "veertien=14 vijftien=15 zestien=16 zeventien=17 achttien=18 negentien=19 honderd=100",
        "twintig=20 dertig=30 veertig=40 vijftig=50 zestig=60 zeventig=70 tachtig=80 negentig=90",
        lambda ten, one, value: f"{one}{'ën' if value in (2, 3) else 'en'}{ten}",
        "een=1",
    ),
    "sv": _composed(
        "en=1 ett=1 två=2 tre=3 fyra=4 fem=5 sex=6 sju=7 åtta=8 nio=9 tio=10 elva=11 tolv=12 tretton=13 fjorton=14 "
        "femton=15 sexton=16 sjutton=17 arton=18 nitton=19 hundra=100",
        "tjugo=20 trettio=30 fyrtio=40 femtio=50 sextio=60 sjuttio=70 åttio=80 nittio=90",
        lambda ten, one, _: f"{ten}{one}",
    ),
    "da": _numbers(
        "en=1 et=1 to=2 tre=3 fire=4 fem=5 seks=6 syv=7 otte=8 ni=9 ti=10 elleve=11 tolv=12 fjorten=14 femten=15 "
        "tyve=20 tredive=30 fyrre=40 halvtreds=50 hundrede=100"
    ),
    "nb": _numbers(
        "en=1 ei=1 ett=1 et=1 to=2 tre=3 fire=4 fem=5 seks=6 sju=7 syv=7 åtte=8 ni=9 ti=10 elleve=11 tolv=12 "
        "fjorten=14 femten=15 tjue=20 tretti=30 førti=40 femti=50 hundre=100"
    ),
    "fi": _numbers(
        "yksi=1 yhden=1 kaksi=2 kahden=2 kolme=3 kolmen=3 neljä=4 viisi=5 kuusi=6 seitsemän=7 kahdeksan=8 yhdeksän=9 "
        "kymmenen=10 kaksikymmentä=20 kolmekymmentä=30"
    ),
    "pl": _numbers(
        "jeden=1 dwa=2 dwie=2 dwóch=2 trzy=3 trzech=3 cztery=4 czterech=4 pięć=5 pięciu=5 sześć=6 siedem=7 osiem=8 "
        "dziewięć=9 dziesięć=10 dziesięciu=10 dwanaście=12 piętnaście=15 dwadzieścia=20 trzydzieści=30 czterdzieści=40"
    ),
    "cs": _numbers(
        "jeden=1 jedním=1 dva=2 dvě=2 dvěma=2 tři=3 třemi=3 čtyři=4 čtyřmi=4 pět=5 pěti=5 šest=6 šesti=6 sedm=7 osm=8 "
        "devět=9 deset=10 deseti=10 dvacet=20 dvaceti=20 třicet=30 třiceti=30"
    ),
    "ru": _numbers(
        "один=1 одну=1 два=2 две=2 двух=2 три=3 трех=3 трёх=3 четыре=4 четырех=4 пять=5 пяти=5 шесть=6 семь=7 восемь=8 "
        "девять=9 десять=10 десяти=10 двенадцать=12 пятнадцать=15 двадцать=20 тридцать=30 сорок=40"
    ),
    "uk": _numbers(
        "один=1 одну=1 два=2 дві=2 двох=2 три=3 трьох=3 чотири=4 п'ять=5 шість=6 сім=7 вісім=8 дев'ять=9 десять=10 "
        "двадцять=20 тридцять=30 сорок=40"
    ),
    "hu": _numbers(
        "egy=1 két=2 kettő=2 három=3 négy=4 öt=5 hat=6 hét=7 nyolc=8 kilenc=9 tíz=10 tizenkét=12 húsz=20 harminc=30 "
        "negyven=40"
    ),
    "el": _numbers(
        "μία=1 μια=1 έναν=1 ένα=1 δύο=2 τρεις=3 τρία=3 τέσσερις=4 τέσσερα=4 πέντε=5 έξι=6 επτά=7 εφτά=7 οκτώ=8 οχτώ=8 "
        "εννέα=9 δέκα=10 είκοσι=20 τριάντα=30"
    ),
    "tr": _numbers(
        "bir=1 iki=2 üç=3 dört=4 beş=5 altı=6 yedi=7 sekiz=8 dokuz=9 on=10 on_iki=12 yirmi=20 otuz=30 kırk=40"
    ),
    "ar": _numbers(
        "ثلاثة=3 ثلاث=3 أربعة=4 أربع=4 خمسة=5 خمس=5 ستة=6 ست=6 سبعة=7 سبع=7 ثمانية=8 ثماني=8 تسعة=9 تسع=9 "
        "عشرة=10 عشر=10"
    ),
    "ko": _numbers("한=1 두=2 세=3 네=4 다섯=5 여섯=6 일곱=7 여덟=8 아홉=9 열=10"),
    "ja": _numbers("一=1 二=2 三=3 四=4 五=5 六=6 七=7 八=8 九=9 十=10"),
    "zh": _numbers("一=1 两=2 兩=2 二=2 三=3 四=4 五=5 六=6 七=7 八=8 九=9 十=10"),
}
"""Words and values; `a` and its like are one."""
NUMBERS["no"] = NUMBERS["nb"]

DECADES: dict[str, dict[str, int]] = {
    "en": _numbers("thirties=1930 forties=1940 fifties=1950 sixties=1960 seventies=1970 eighties=1980 nineties=1990"),
    "it": _numbers(
        "anni_trenta=1930 anni_quaranta=1940 anni_cinquanta=1950 anni_sessanta=1960 anni_settanta=1970 "
        "anni_ottanta=1980 anni_novanta=1990"
    ),
    "de": {
        f"{stem}{end}": 1900 + value
        for stem, value in _numbers(
            "dreißiger=30 vierziger=40 fünfziger=50 sechziger=60 siebziger=70 achtziger=80 neunziger=90 30er=30 "
            "40er=40 50er=50 60er=60 70er=70 80er=80 90er=90"
        ).items()
        for end in ("jahre", "jahren", "-jahre", "-jahren", " jahre", " jahren")
    },
    "fr": _numbers(
        "années_trente=1930 années_quarante=1940 années_cinquante=1950 années_soixante=1960 "
        "années_soixante-dix=1970 années_quatre-vingt=1980 années_quatre-vingts=1980 années_quatre-vingt-dix=1990"
    ),
    "es": _numbers(
        "años_treinta=1930 años_cuarenta=1940 años_cincuenta=1950 años_sesenta=1960 años_setenta=1970 "
        "años_ochenta=1980 años_noventa=1990"
    ),
    "pt": _numbers(
        "anos_trinta=1930 anos_quarenta=1940 anos_cinquenta=1950 anos_sessenta=1960 anos_setenta=1970 "
        "anos_oitenta=1980 anos_noventa=1990"
    ),
    "nl": _numbers(
        "jaren_dertig=1930 jaren_veertig=1940 jaren_vijftig=1950 jaren_zestig=1960 jaren_zeventig=1970 "
        "jaren_tachtig=1980 jaren_negentig=1990"
    ),
    "sv": _numbers(
        "trettiotalet=1930 fyrtiotalet=1940 femtiotalet=1950 sextiotalet=1960 sjuttiotalet=1970 åttiotalet=1980 "
        "nittiotalet=1990"
    ),
}
"""Decades of the last century in words; those of the twenties and before could be of either century."""
