"""Candidate pairs -> judgements: many pairs a request, every named pair answered once, contradictions confirmed."""
