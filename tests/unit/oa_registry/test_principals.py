"""The words of access."""

import pytest
from oa_registry.core.principals import Principal, Sort

WORDS = {
    "u:7": Principal(Sort.PERSON, 7),
    "!t:12": Principal(Sort.UNIT_BELOW, 12, is_denied=True),
    "r:1:head_registrar": Principal(Sort.ROLE, 1, "head_registrar"),
    "!r:1:overview": Principal(Sort.ROLE, 1, "overview", is_denied=True),
}


@pytest.mark.parametrize(("word", "principal"), WORDS.items())
def test_a_word_is_read_and_written_alike(word, principal):
    assert Principal.parse(word) == principal
    assert str(principal) == word


def test_an_unknown_sort_is_refused():
    with pytest.raises(ValueError, match="x"):
        Principal.parse("x:1")
