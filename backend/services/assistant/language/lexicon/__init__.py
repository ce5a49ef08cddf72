"""Words: their forms, their spelling, and what they mean here."""
