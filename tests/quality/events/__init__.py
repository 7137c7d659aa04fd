"""Articles of many events in one file, labelled by event.

The rule of the labels: articles that a news desk would keep in one story folder are one event. A happening keeps what
follows from it while the story runs: the toll, the rescue, the arrest, the first steps of an investigation, the words
of those concerned and the consequences drawn within days, in whatever language. A later act that is news of its own is
another event, however many names it shares: a hearing or a report weeks after the disaster, a verdict after the
prosecutor's demand, a protest against the verdict, the second affair of one person, the next trouble of one company. A
like happening elsewhere is another event on whatever day, even where its report names the first; a feature or an
explainer that reports no happening stands alone.

`fresh.jsonl` (82 articles in seven languages on 23 events of several articles and seven that stand alone) was written
and labelled by that rule without sight of the grouping, and committed before anything was measured on it. It mixes two
bridges, two floods of one week, two strikes and two votes of one week, a verdict and the march against it, a mayor, a
company and a football club in two affairs each, and headlines that share no word with others on their event.
"""
