"""How more languages name days, beside those that `lexicon_dates` knows; see `lexicon_days`."""

from __future__ import annotations

from factcheck.claim_types.lexicon_days import WEST, DayWords


def _polish(stem: str) -> str:
    """The forms of the adjective of a weekday."""
    return "".join(f" {stem}{end}" for end in ("y", "a", "e", "ego", "ej", "emu", "ym", "ą", "im"))


_NORDIC: dict[str, DayWords] = {
    "sv": DayWords(
        days="i_dag=0 idag=0 i_kväll=0 ikväll=0 i_natt=0 inatt=0 i_morse=0 imorse=0 i_går=-1 igår=-1 gårdagen=-1 "
        "gårdagens=-1 dagens=0 i_förrgår=-2 i_morgon=1 imorgon=1 i_övermorgon=2 morgondagens=1",
        tails="en ens s kväll kvällen skväll skvällen morgon smorgon morgonen smorgonen natt snatt natten snatten "
        "förmiddag sförmiddag sförmiddagen eftermiddag seftermiddag seftermiddagen smatch smatchen",
        weekend="helgen helg veckoslutet",
        units="dag=day dagar=day dygn=day vecka=week veckor=week månad=month månader=month år=year",
        ago=((r"för", r"sedan|sen"), ("i", "")),
        after=r"efter",
        before=r"före|innan",
        later=r"senare",
        earlier=r"tidigare",
        month_day=r"den\s+{day}:[ae]",
        next_to="dagen_efter=after dagen_före=before dagen_innan=before kvällen_före=before nästa_dag=later "
        "följande_dag=later dagen_därpå=later dagen_dessförinnan=earlier",
    ),
    "da": DayWords(
        days="i_dag=0 i_aften=0 i_nat=0 i_morges=0 i_går=-1 gårsdagens=-1 dagens=0 i_forgårs=-2 i_morgen=1 "
        "i_overmorgen=2",
        tails="en ens s aften aftenen morgen morgenen nat natten formiddag formiddagen middag eftermiddag "
        "eftermiddagen",
        weekend="weekenden weekend",
        units="dag=day dage=day døgn=day uge=week uger=week måned=month måneder=month år=year",
        ago=(("for", "siden"), ("i", "")),
        after=r"efter",
        before=r"før|inden",
        later=r"senere",
        earlier=r"tidligere|forinden",
        next_to="dagen_efter=after dagen_før=before dagen_inden=before aftenen_før=before næste_dag=later "
        "dagen_derpå=later dagen_forinden=earlier",
    ),
    "nb": DayWords(
        days="i_dag=0 i_kveld=0 i_natt=0 i_morges=0 i_går=-1 gårsdagens=-1 dagens=0 i_forgårs=-2 i_morgen=1 "
        "i_overmorgen=2",
        tails="en ens s kveld kvelden morgen morgenen natt natta natten formiddag formiddagen ettermiddag "
        "ettermiddagen",
        weekend="helgen helga helg",
        units="dag=day dager=day døgn=day uke=week uker=week måned=month måneder=month år=year",
        ago=(("for", "siden"), ("i", "")),
        after=r"etter",
        before=r"før|innen",
        later=r"senere",
        earlier=r"tidligere",
        next_to="dagen_etter=after dagen_før=before kvelden_før=before neste_dag=later dagen_derpå=later",
    ),
    "fi": DayWords(
        days="tänään=0 tänä_iltana=0 tämän_päivän=0 eilen=-1 eilinen=-1 eilisen=-1 eilisessä=-1 eilistä=-1 "
        "viime_yönä=-1 toissapäivänä=-2 huomenna=1 huomisen=1 ylihuomenna=2",
        weekdays=("", "", "keskiviikon keskiviikosta keskiviikolle", "", "", "", ""),
        tails="na n ta sta hin lle iltana aamuna yönä iltapäivänä aamupäivänä ilta-na -iltana -aamuna -yönä "
        "illan yön aamun illasta",
        weekend="viikonloppuna viikonlopun viikonloppu",
        units="päivä=day päivää=day päivän=day viikko=week viikkoa=week viikon=week kuukausi=month kuukautta=month "
        "vuosi=year vuotta=year",
        ago=(("", "sitten"),),
        after=r"(?:\S+\s+){1,4}?jälkeen",
        before=r"(?:\S+\s+){0,3}?ennen",
        later=r"myöhemmin",
        earlier=r"aiemmin|aikaisemmin",
        month_day=r"{day}\.\s+päivänä",
        next_to="seuraavana_päivänä=later edellisenä_päivänä=earlier edellispäivänä=earlier",
    ),
}

_EUROPE_EAST: dict[str, DayWords] = {
    "pl": DayWords(
        days="dziś=0 dzisiaj=0 dzisiejszy=0 dzisiejsze=0 dzisiejsza=0 dzisiejszej=0 dzisiejszego=0 dzisiejszym=0 "
        "wczoraj=-1 wczorajszy=-1 wczorajsza=-1 wczorajsze=-1 wczorajszej=-1 wczorajszego=-1 wczorajszym=-1 "
        "przedwczoraj=-2 jutro=1 jutrzejszy=1 jutrzejsza=1 jutrzejsze=1 jutrzejszej=1 jutrzejszego=1 pojutrze=2",
        weekdays=(
            "poniedziałku poniedziałkiem poniedziałkowi" + _polish("poniedziałkow"),
            "wtorku wtorkiem wtorkowi" + _polish("wtorkow"),
            "środę środy środzie środą" + _polish("środow"),
            "czwartku czwartkiem czwartkowi" + _polish("czwartkow"),
            "piątku piątkiem piątkowi" + _polish("piątkow"),
            "sobotę soboty sobocie sobotą sobotni" + _polish("sobotni"),
            "niedzielę niedzieli niedzielą" + _polish("niedzieln"),
        ),
        weekend="weekend weekendu weekendzie weekendem",
        units="dzień=day dni=day doba=day dobę=day doby=day dób=day tydzień=week tygodnie=week tygodni=week "
        "miesiąc=month miesiące=month miesięcy=month rok=year lata=year lat=year",
        ago=(("", "temu"), (r"od", "")),
        after=r"po|od",
        before=r"przed",
        later=r"później",
        earlier=r"wcześniej",
        month_day=r"{day}\s+bm",
        wholes="dzień=day dobę=day tydzień=week miesiąc=month rok=year",
        next_to="dzień_po=after nazajutrz_po=after dzień_przed=before w_przeddzień=before następnego_dnia=later "
        "nazajutrz=later dzień_później=later dzień_wcześniej=earlier poprzedniego_dnia=earlier",
    ),
    "cs": DayWords(
        days="dnes=0 dneska=0 dnešní=0 dnešního=0 včera=-1 včerejší=-1 včerejšího=-1 včerejším=-1 předevčírem=-2 "
        "zítra=1 zítřejší=1 zítřejšího=1 pozítří=2",
        weekdays=(
            "pondělka pondělku pondělní pondělního pondělním",
            "úterního úterním úterní",
            "středu středy středě středou středeční středečního středečním",
            "čtvrtka čtvrtku čtvrtkem čtvrteční čtvrtečního čtvrtečním",
            "pátku pátkem pátka páteční pátečního pátečním",
            "sobotu soboty sobotě sobotou sobotní sobotního sobotním",
            "neděli nedělí nedělní nedělního nedělním",
        ),
        weekend="víkend víkendu víkendem",
        units="den=day dny=day lety=year měsíci=month dnů=day dní=day týden=week týdny=week "
        "týdnů=week měsíc=month měsíce=month měsíců=month "
        "rok=year roky=year let=year",
        ago=((r"před", ""),),
        after=r"po|od",
        before=r"před",
        later=r"později|poté|nato",
        earlier=r"předtím|dříve",
        wholes="den=day týden=week týdnem=week měsícem=month rokem=year",
        next_to="den_po=after den_před=before v_předvečer=before následující_den=later druhý_den=later "
        "příští_den=later den_předtím=earlier předchozí_den=earlier",
    ),
    "ru": DayWords(
        days="сегодня=0 сегодняшний=0 сегодняшнего=0 сегодняшней=0 вчера=-1 вчерашний=-1 вчерашнего=-1 вчерашней=-1 "
        "вчерашняя=-1 вчерашнем=-1 позавчера=-2 завтра=1 завтрашний=1 завтрашнего=1 завтрашней=1 послезавтра=2",
        weekdays=(
            "понедельника понедельнику понедельником понедельнике",
            "вторника вторнику вторником вторнике",
            "среду среды среде средой",
            "четверга четвергу четвергом четверге",
            "пятницу пятницы пятнице пятницей",
            "субботу субботы субботе субботой субботний субботнего субботнем субботней",
            "воскресенья воскресенью воскресеньем воскресный воскресного воскресном воскресной",
        ),
        weekend="выходные выходных",
        units="день=day дня=day дней=day сутки=day суток=day неделя=week неделю=week недели=week недель=week "
        "месяц=month месяца=month месяцев=month год=year года=year лет=year",
        ago=(("", "назад"),),
        after=r"после|спустя|с\s+момента|со\s+дня",
        before=r"до|перед",
        later=r"спустя|позже",
        earlier=r"раньше|ранее",
        month_day=r"{day}(?:-?го)?\s+числа",
        wholes="день=day сутки=day неделю=week месяц=month год=year",
        next_to="на_следующий_день_после=after через_день_после=after спустя_день_после=after "
        "день_спустя_после=after за_день_до=before накануне=earlier на_следующий_день=later "
        "днем_ранее=earlier днём_ранее=earlier",
    ),
    "uk": DayWords(
        days="сьогодні=0 сьогоднішній=0 сьогоднішнього=0 вчора=-1 учора=-1 вчорашній=-1 вчорашнього=-1 вчорашньої=-1 "
        "позавчора=-2 завтра=1 завтрашній=1 завтрашнього=1 післязавтра=2",
        weekdays=(
            "понеділка понеділку понеділком",
            "вівторка вівторку вівторком",
            "середу середи середі середою",
            "четверга четвергу четвергом",
            "п'ятницю п'ятниці п'ятницею п’ятницю п’ятниці п’ятницею",
            "суботу суботи суботі суботою",
            "неділю неділі неділею",
        ),
        weekend="вихідні вихідних",
        units="день=day дні=day днів=day добу=day доби=day тиждень=week тижні=week тижнів=week місяць=month "
        "місяці=month місяців=month рік=year роки=year років=year",
        ago=(("", "тому"),),
        after=r"після|від",
        before=r"до|перед",
        later=r"потому|по\s+тому|пізніше",
        earlier=r"раніше",
        month_day=r"{day}(?:-?го)?\s+числа",
        wholes="день=day добу=day тиждень=week місяць=month рік=year",
        next_to="наступного_дня_після=after через_день_після=after за_день_до=before напередодні=earlier "
        "наступного_дня=later днем_раніше=earlier",
    ),
    "hu": DayWords(
        days="ma=0 mai=0 tegnap=-1 tegnapi=-1 tegnapelőtt=-2 tegnapelőtti=-2 holnap=1 holnapi=1 holnapután=2",
        weekdays=("hétfőre", "", "szerdán szerdára szerdáig szerdától", "", "", "", ""),
        tails="i n en on ön ig től tól re ra ei én",
        weekend="hétvégén hétvégi hétvége hétvégére",
        units="nap=day nappal=day hét=week héttel=week hónap=month hónappal=month év=year évvel=year napja=day "
        "hete=week hónapja=month éve=year",
        ago=(("", r"ezelőtt"),),
        after=r"(?:\S+\s+){1,6}?után",
        before=r"(?:\S+\s+){1,6}?előtt",
        later=r"később",
        earlier=r"korábban",
        month_day=r"{day}-[áé]n",
        next_to="másnap=later a_következő_napon=later előző_nap=earlier előző_napon=earlier",
    ),
    "el": DayWords(
        days="σήμερα=0 απόψε=0 χθες=-1 χτες=-1 χθεσινή=-1 χθεσινό=-1 χθεσινής=-1 προχθές=-2 προχτές=-2 αύριο=1 "
        "μεθαύριο=2",
        weekdays=("δευτέρας", "τρίτης", "τετάρτης", "πέμπτης", "παρασκευής", "σαββάτου", "κυριακής"),
        weekend="σαββατοκύριακο σαββατοκύριακου",
        units="ημέρα=day μέρα=day ημέρες=day μέρες=day εβδομάδα=week εβδομάδες=week μήνα=month μήνες=month "
        "χρόνο=year χρόνια=year έτη=year",
        ago=((r"πριν(?:\s+από)?", ""),),
        after=r"μετά",
        before=r"πριν",
        later=r"αργότερα|μετά",
        earlier=r"νωρίτερα|πριν",
        next_to="την_επομένη_του=after την_επομένη_της=after την_επομένη_των=after την_παραμονή_του=before "
        "την_παραμονή_της=before την_παραμονή_των=before την_επομένη=later την_επόμενη_μέρα=later "
        "την_επόμενη_ημέρα=later την_παραμονή=earlier την_προηγουμένη=earlier "
        "την_προηγούμενη_μέρα=earlier την_προηγούμενη_ημέρα=earlier",
    ),
    "tr": DayWords(
        days="bugün=0 bugünkü=0 bu_sabah=0 bu_akşam=0 bu_gece=0 dün=-1 dünkü=-1 evvelsi_gün=-2 önceki_gün=-2 yarın=1 "
        "yarınki=1 öbür_gün=2",
        tails="ye ya den dan yi yı nin nın si sı ki",
        weekend="hafta_sonu haftasonu hafta_sonunda",
        units="gün=day hafta=week ay=month yıl=year sene=year",
        ago=(("", r"önce|evvel"),),
        after=r"sonra|sonrasında",
        earlier=r"öncesinde",
        month_day=r"ayın\s+{day}['’]?\p{L}+",
        next_to="ertesi_gün=later ertesi_günü=later",
    ),
}

_ASIA: dict[str, DayWords] = {
    "ar": DayWords(
        days="اليوم=0 أمس=-1 امس=-1 البارحة=-1 الأمس=-1 أول_أمس=-2 أمس_الأول=-2 غدا=1 غداً=1 غدًا=1 بعد_غد=2",
        weekdays=("الإثنين اثنين الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"),
        weekend="عطلة_نهاية_الأسبوع نهاية_الأسبوع",
        units="يوم=day أيام=day يوما=day أسبوع=week أسابيع=week شهر=month أشهر=month سنة=year سنوات=year عام=year "
        "أعوام=year عاما=year",
        ago=((r"قبل|منذ", ""),),
        wholes="يوم=day يومين=day*2 أسبوع=week أسبوعين=week*2 شهر=month شهرين=month*2 عام=year عامين=year*2 "
        "سنة=year سنتين=year*2",
        next_to="غداة=after عشية=before",
    ),
    "ko": DayWords(
        days="오늘=0 어제=-1 어젯밤=-1 그제=-2 그저께=-2 엊그제=-2 내일=1 모레=2",
        weekend="주말",
        units="일=day 주=week 주일=week 개월=month 달=month 년=year",
        ago=(("", r"전(?=[에의부까]|\s|$|\p{P})"),),
        after=r"[뒤후](?=[에의부까인]|\s|$|\p{P})|만에",
        month_day=r"(?<![\p{Nd}월.,:]|월\s)(?:(?P<last>지난\s?달|전월)\s*|(?P<next>다음\s?달|내달)\s*)?{day}일"
        r"(?!\p{L}*\s?(?:동안|만에|연속|연달아|이상|이내|뒤|후|전(?!\p{L})|안에))(?!간|째|분|치|쯤|정도|당|씩)",
        spaced=False,
        wholes="하루=day 이틀=day*2 사흘=day*3 나흘=day*4 닷새=day*5 엿새=day*6 "
        "이레=day*7 여드레=day*8 아흐레=day*9 열흘=day*10 "
        "보름=day*15",
        next_to="다음날=later 다음_날=later 이튿날=later 전날=earlier",
    ),
    "ja": DayWords(
        days="今日=0 本日=0 今朝=0 今夜=0 今晩=0 昨日=-1 昨夜=-1 昨晩=-1 一昨日=-2 おととい=-2 きのう=-1 明日=1 あす=1 "
        "明後日=2 あさって=2",
        weekdays=("月曜", "火曜", "水曜", "木曜", "金曜", "土曜", "日曜"),
        weekend="週末",
        units="日=day 週間=week か月=month カ月=month ヶ月=month 年=year",
        ago=(("", r"前"),),
        after=r"後|ぶり|が?経",
        month_day=r"(?<![\p{Nd}月第.,:])(?P<last>先月)?(?P<next>来月)?(?:今月)?{day}日"
        r"(?!間|目|後|前|ぶり|以内|以上|連続|分|ほど|程度|あまり|余り)",
        spaced=False,
        next_to="翌日=later 翌朝=later 前日=earlier 前夜=earlier",
    ),
    "zh": DayWords(
        days="今天=0 今日=0 今晚=0 今晨=0 今早=0 昨天=-1 昨日=-1 昨晚=-1 昨夜=-1 前天=-2 明天=1 明日=1 明晚=1 后天=2 "
        "後天=2",
        weekdays=(
            "周一 週一 礼拜一 禮拜一",
            "周二 週二 礼拜二 禮拜二",
            "周三 週三 礼拜三 禮拜三",
            "周四 週四 礼拜四 禮拜四",
            "周五 週五 礼拜五 禮拜五",
            "周六 週六 礼拜六 禮拜六",
            "周日 週日 周天 礼拜天 禮拜天 星期天",
        ),
        weekend="周末 週末",
        units="天=day 日=day 周=week 週=week 个月=month 個月=month 年=year",
        ago=(("", r"之?前"),),
        after=r"之?[后後]",
        month_day=r"(?<![\p{Nd}月第.,:])(?P<last>上个?月|上個?月)?(?P<next>下个?月|下個?月)?(?:本月)?{day}[日号號]"
        r"(?![间間内內后後前楼樓线線院馆館店]|以[内內前後后]|之[前后後])",
        spaced=False,
        next_to="次日=later 翌日=later 第二天=later 前一天=earlier 前一日=earlier",
    ),
}

DAY_WORDS: dict[str, DayWords] = WEST | _NORDIC | _EUROPE_EAST | _ASIA
"""By primary subtag."""
DAY_WORDS["no"] = DAY_WORDS["nb"]
