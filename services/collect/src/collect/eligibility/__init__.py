"""Eligibility: the catalogue's rules applied to what a donor declares, with a sentence for each refusal."""
