"""Words that go with names without being the name: articles, titles, legal forms, and words that mark an organisation.

Written for en, it, de, fr, es, pt, nl; folded without accents.
"""

from __future__ import annotations

from factcheck.claim_types.lexicon_function_words import word_set

ARTICLES = word_set(
    """
        the il lo la l i gli le les der die das den dem el los las o os as de het un una
        """
)
LINKS = word_set(
    """
        of the and for in on di del dello della dei degli delle d e per a da de des du la le les l et pour von der die
        das des und fur zum y las los el do dos das van het en voor
        """
)
PARTICLES = word_set(
    """
        von van de der den del della di da dos das do du la le al el bin ben ibn abu ter ten zu zum
        """
)
LEGAL_FORMS = word_set(
    """
        inc incorporated corp corporation co company ltd limited llc plc lp spa srl gmbh ag kg se sa sas sarl nv bv oy
        oyj ab as asa aps kgaa ev sl
        """
)
TITLES = word_set(
    """
        mr mrs ms miss dr prof professor sir lord lady dame president presidente presidentessa prasident prasidentin
        president premier chancellor kanzler kanzlerin bundeskanzler cancelliere minister ministro ministra ministre
        senator senatore senador general generale colonel signor signora herr frau monsieur madame senor senora
        secretary spokesman spokeswoman spokesperson portavoce sprecher sprecherin porte parole portavoz king queen
        pope papa re regina judge giudice onorevole
        """
)
PLACE_PREFIXES = word_set(
    """
        new north south east west northern southern eastern western nord sud est ovest sur norte este oeste nuova
        nuovo nouvelle neue neu nieuw san santa santo saint st sankt sint great gran grande los las el la port fort
        upper lower central
        """
)
ORGANISATION_WORDS = word_set(
    """
        times journal post news press agency herald telegraph guardian tribune mail observer independent sun mirror
        express chronicle globe gazette review magazine radio tv television channel network media group bank party
        council university college institute ministry department office union nations states commission court
        committee parliament senate congress government army force forces police street house team club united city fc
        foundation fund society association federation league organisation organization center centre service services
        company airlines airways motors energy oil gas systems technologies finance economist week today world report
        reporter giornale corriere gazzetta stampa sera mattino messaggero repubblica resto sole ore finanza
        quotidiano agenzia notizie banca partito universita istituto ministero governo esercito polizia unione
        consiglio tribunale procura zeitung rundschau allgemeine anzeiger nachrichten presse blatt tagblatt tagesblatt
        kurier spiegel bild welt stern bundesbank partei rat universitat ministerium regierung polizei verband verein
        monde figaro parisien liberation croix echos matin soir depeche agence banque parti conseil universite
        ministere gouvernement armee police assemblee mundo pais vanguardia razon voz diario periodico agencia banco
        partido consejo universidad ministerio gobierno ejercito policia nacional republica jornal noticias folha
        estado publico correio governo conselho telegraaf krant volkskrant dagblad courant handelsblad nieuws omroep
        """
)
HEADS: dict[str, frozenset[str]] = {
    "union": word_set(
        """
        union unions sindacato sindacati gewerkschaft syndicat sindicato vakbond vakbonden
        """
    ),
    "ministry": word_set(
        """
        ministry ministero ministerium ministere ministerio ministerie
        """
    ),
    "company": word_set(
        """
        company firm operator group azienda societa compagnia impresa ditta gruppo unternehmen konzern firma
        entreprise societe compagnie groupe empresa compania sociedad grupo companhia sociedade bedrijf onderneming
        concern
        """
    ),
    "party": word_set(
        """
        party partito partei parti partido partij
        """
    ),
    "agency": word_set(
        """
        agency agenzia agentur agence agencia persbureau
        """
    ),
    "management": word_set(
        """
        management direzione dirigenza leitung geschaftsfuhrung direction direccion direcao directie
        """
    ),
}
"""Nouns that say what kind of body the name beside them is: "sindacato ABC", "Gewerkschaft ABC", "ABC union"."""
GERMAN_HEADS = ("gewerkschaft", "ministerium", "unternehmen", "konzern", "firma", "agentur", "leitung")
"""German heads, which have a capital as any noun has, and which end compounds ("Bahngewerkschaft ABC")."""
PLACE_ACRONYMS = word_set(
    """
        us usa uk gb eu ue un uno onu uae eau eeuu eua vs vk ru cn
        """
)
"""Acronyms whose bodies are many: a "US union" is not the US."""
