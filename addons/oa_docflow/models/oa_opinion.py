"""The opinions that people give in coordination and at the signature."""

OPINIONS = [
    ("agree", "I agree"),
    ("disagree", "I do not agree"),
    ("stop", "I end the procedure"),
    ("clean", "I sign without remarks"),
    ("dissent", "I sign with a dissenting opinion"),
]
ACT_OF_OPINION = {"agree": "agree", "disagree": "disagree", "dissent": "dissent", "stop": "stop"}
"""Opinions of coordination, and under which name the act is kept."""
DISSENTING = frozenset({"disagree", "dissent", "stop"})
