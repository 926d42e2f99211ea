"""The stem of a Bulgarian word: all its forms give one, different words rarely the same.

PostgreSQL has no Bulgarian dictionary, so words are cut before they are stored and before they are sought; what matters is only that
both are cut alike. No dictionary is needed: article, number and gender are taken off, then the sounds that alternate are made one.
"""

import re
from functools import lru_cache

SHORTEST = 3
_ARTICLES = (("ият", 6), ("ът", 5), ("ят", 4), ("та", 5), ("то", 5), ("те", 5), ("ия", 5))
"""Ending and the least length of a word that may have it."""
_PLURALS = (("ища", 6), ("ове", 6), ("еве", 6))
_VOWELS = "аеиоуъюяй"
_FLEETING = re.compile(r"([бвгджзйклмнпрстфхцчшщ])ъ([лмнр])$")
_LAST_YA = re.compile(r"([бвгджзйклмнпрстфхцчшщ])я([бвгджзйклмнпрстфхцчшщ]+)$")
_SINGULAR = re.compile(r"ищ$|(?<=[ая]н)ин$")
_ALTERNATING = {"ц": "к", "з": "г", "х": "с"}


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of one word in small letters."""
    if not "а" <= word[-1:] <= "я":
        return word
    return _even_out(_take_endings(word)) if len(word) > SHORTEST else word


def _take_endings(word: str) -> str:
    for endings in (_ARTICLES, _PLURALS):
        found = next((ending for ending, least in endings if len(word) >= least and word.endswith(ending)), "")
        word = word.removesuffix(found)
    while len(word) > SHORTEST and word[-1] in _VOWELS:
        word = word[:-1]
    return word


def _even_out(word: str) -> str:
    """министър and министри, ученик and ученици, място and места, продавец and продавци, областен and областни become alike."""
    # The т of имот looks like an article in имота, the ищ of становище like a plural, the ин of гражданин is not in граждани.
    word = _SINGULAR.sub("", word) if len(word) > SHORTEST + 2 else word
    word = word[:-1] if len(word) > SHORTEST and word.endswith("т") else word
    word = _FLEETING.sub(r"\1\2", word)
    if len(word) > SHORTEST + 1 and word.endswith(("ен", "ец", "ел")) and word[-3] not in _VOWELS:
        word = word[:-2] + word[-1]
    word = _LAST_YA.sub(r"\1е\2", word)
    return word[:-1] + _ALTERNATING.get(word[-1], word[-1])
