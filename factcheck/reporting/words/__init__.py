"""The words of every report for people, one catalogue a language; renderers hold none of their own.

How a renderer speaks::

    from factcheck.reporting.words.catalogue import words_in

    w = words_in(style.lang)            # Words of the reader's language; made once, cheap to ask for again
    w("section.facts")                  # a text
    w("count.articles", 3)              # `3 articles`: the form for the number, which stands as {n} in the text
    w("side.denied_by", who=names)      # named places of a text; whole numbers get the language's separators
    w.number(1234)                      # `1,234`, `1.234`
    w.share(0.931)                      # `93.1%`, `93,1%`
    w.listed(["A", "B", "C"], limit=4)  # `A, B and C`
    w.names(names, limit=6)             # `A, B, C and 4 more`
    w.told(note)                        # a note or reason that another room wrote in English
    w.lang, w.direction                 # `it`, `ltr`: for the lang and dir of a page

What comes back holds whatever was put in, still raw: make the finished line harmless (`untrusted`, or a page's
autoescape), not its parts. Sentences that a report holds as data (headline, what was not checked, why names are one
origin) become words in `factcheck/reporting/sentences.py`.

A key is a table and a name of the catalogues `en.toml`, `it.toml`. A text is a string, or a table of the CLDR plural
forms of its language (`one`, `other` ...; `zero` where a number of nothing has words of its own). Another language is
one such file and its name in `LANGUAGES` of `catalogue.py`; the tests say which keys and forms it lacks.
"""
