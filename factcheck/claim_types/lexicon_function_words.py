"""Function words and negations per language: what is no content word, no name, and what turns a claim round.

Covered: en, it, de, fr, es, pt, nl. With any other language no word is discounted and no negation counted.
"""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """The words of `text`; tables of words read better as running text than as lists."""
    return frozenset(text.split())


STOP: dict[str, frozenset[str]] = {
    "en": word_set(
        """
        a about above according after again against all also although am an and any are as at be because been before
        being below between both but by can could did do does doing down during each even few for from further had has
        have having he her here hers him his how however i if in into is it its just last many may me meanwhile might
        more most much must my near next no nor not now of off on once one only or other our out over own said same
        says several shall she should since so some still such than that the their them then there these they this
        those though three through to today tomorrow too two under until up upon very was we were what when where
        whether which while who whom whose why will with within without would yesterday yet you your
        """
    ),
    "it": word_set(
        """
        a ad agli ai al alla alle allo anche ancora avere aveva avrebbe c che chi ci come con così cui da dagli dai
        dal dall dalla dalle dallo dei degli del dell della delle dello di dopo dove due durante e ed era erano essere
        fa fino fra già gli ha hanno ho i il in infatti intanto invece io l la le lei li lo loro lui ma mentre mi mia
        mio molti molto nei negli nel nell nella nelle nello noi non nostro o oggi ogni oltre per perché però più poi
        prima qualche quale quali quando quanto quella quelle quelli quello quest questa queste questi questo qui
        quindi sarebbe se secondo sempre senza si sia sono sta stata stato stati su sua sue sugli sui sul sulla sulle
        suo suoi tra tre tutti tutto un una uno va verso vi viene voi ieri domani nonostante tuttavia
        """
    ),
    "de": word_set(
        """
        ab aber alle allem allen aller alles als also am an andere auch auf aus bei beim bereits bis da dabei dadurch
        damit dann das dass dem den denn der des deshalb dessen die dies diese diesem diesen dieser dieses doch dort
        drei du durch ein eine einem einen einer eines er es etwa für gegen gestern hat hatte hatten habe haben heute
        hier ich ihm ihn ihr ihre ihrem ihren ihrer im in ins ist ja jede jeder jedoch jetzt kann können man mehr
        mehrere mit morgen nach nachdem neben nicht noch nun nur ob oder ohne sehr sei sein seine seinem seinen seiner
        seit sich sie sind so sowie sollte über um und uns unter vom von vor war waren warum was weil weiter welche
        wenn werden wie wieder will wird wo wurde wurden während zu zum zur zwei zwischen laut rund
        """
    ),
    "fr": word_set(
        """
        a afin ainsi alors après au aucun aujourd aussi autre autres aux avait avant avec avoir c car ce ceci cela
        celle celui cependant ces cet cette ceux chaque chez comme comment d dans de depuis derrière des deux dès donc
        dont du durant elle elles en encore entre est et était été être eu eux fait font hier hui il ils j je jusqu l
        la le les leur leurs lors lui m ma mais malgré me même mes moins mon n ne ni nos notre nous on ont or ou où
        par parce pas pendant peu plus plusieurs pour pourquoi près puis qu quand que quel quelle quelles quels qui
        quoi s sa sans se selon sera ses si son sont sous sur ta te tous tout toute toutes trois très tu un une vers
        voici vous y demain
        """
    ),
    "es": word_set(
        """
        a además al algo algunas algunos ambos ante antes aquel aquella así aún aunque ayer bajo cada casi como con
        contra cual cuando cuatro de del desde después donde dos durante e el él ella ellas ellos en entre era eran es
        esa ese eso esta está están estas este esto estos fue fueron ha había han hasta hay hoy la las le les lo los
        mañana más me mi mientras mucho muchos muy nada ni no nos nosotros nuestra nuestro o otra otras otro otros
        para pero poco por porque que qué quien quienes se según ser será si sí sin sino sobre son su sus también tan
        tanto tiene tienen todo todos tras tres tu un una uno unos varias varios y ya yo
        """
    ),
    "pt": word_set(
        """
        a além ainda amanhã antes ao aos apesar após aquela aquele as assim até cada com como contra da das de dela
        dele deles depois desde do dois dos duas durante e é ela elas ele eles em enquanto entre era eram essa esse
        esta está estão este estes eu foi foram há hoje isso isto já lhe mais mas me mesmo meu minha muito muitos na
        nas não nem no nos nós nossa nosso o onde ontem os ou outra outro outros para pela pelas pelo pelos por porque
        porém qual quando que quem se segundo sem ser será seu seus sob sobre são sua suas também tem têm toda todos
        três tudo um uma umas uns vários
        """
    ),
    "nl": word_set(
        """
        aan al alle alleen als altijd ander andere binnen bij daar dan dat de deze die dit doch door drie dus één een
        elke en er ge geen gisteren had hadden heb hebben heeft hem het hier hij hoe hun ik in is ja je kan komt kon
        kunnen maar meer met mij mijn moet morgen na naar niet niets nog nu of om omdat ons ook op over reeds sinds te
        tegen ten tijdens toch toen tot tussen twee u uit uw van vandaag veel verder via volgens voor waar waren was
        wat we wel werd werden wie wij wil worden wordt zal ze zei zich zij zijn zo zonder zou zoals
        """
    ),
}
ALL_STOP: frozenset[str] = frozenset().union(*STOP.values())

NEGATIONS: dict[str, frozenset[str]] = {
    "en": word_set(
        """
        not no never none nobody nothing neither nor without cannot nowhere hardly unable failed refused denied denies
        deny denying rejects rejected false untrue
        """
    ),
    "it": word_set(
        """
        non no mai né nessuno nessuna nessun nulla niente senza neanche nemmeno neppure nega negato negano smentisce
        smentito smentita smentiscono falso falsa rifiutato rifiuta
        """
    ),
    "de": word_set(
        """
        nicht nein kein keine keinen keinem keiner keines nie niemals niemand nichts ohne weder noch nirgends
        dementiert dementierte bestreitet bestritt verneint falsch
        """
    ),
    "fr": word_set(
        """
        ne n pas non jamais aucun aucune personne rien sans ni nul nulle guère dément démenti nie nié faux fausse
        """
    ),
    "es": word_set(
        """
        no nunca jamás ningún ninguno ninguna nadie nada sin ni tampoco niega negó negado desmiente desmintió falso
        falsa
        """
    ),
    "pt": word_set(
        """
        não nunca jamais nenhum nenhuma ninguém nada sem nem tampouco nega negou desmente desmentiu falso falsa
        """
    ),
    "nl": word_set(
        """
        niet nee geen nooit niemand niets zonder noch nergens ontkent ontkende ontkend onjuist
        """
    ),
}
