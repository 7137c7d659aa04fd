"""Judgements -> facts, origins, disputes and verdicts: pure functions, no model, no clock, no order dependence."""
