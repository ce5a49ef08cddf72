"""Dates, times and durations in plain English.

An own grammar: of the phrases of `evaluation/dev.jsonl` it reads more, and takes fewer other words
for dates, than dateparser, parsedatetime and recurrent (figures: evaluation/README.md). Calendars
and zones are the libraries': dateutil and zoneinfo.
"""
