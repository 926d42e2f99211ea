"""Who acts for whom, as plain rules."""

from datetime import date

import pytest
from oa_docflow.core.substitution import Mandate, find_mandate

HOLDER, DEPUTY, OTHER = 1, 2, 3
LETTER, ORDER = 10, 11
NORTH, SOUTH = 20, 21


def make(**facts):
    return Mandate(
        **{"id": 1, "holder_id": HOLDER, "substitute_id": DEPUTY, "since": date(2026, 12, 1), "until": date(2026, 12, 10), **facts}
    )


@pytest.mark.parametrize(("day", "covered"), [("2026-11-30", False), ("2026-12-01", True), ("2026-12-10", True), ("2026-12-11", False)])
def test_a_mandate_is_in_force_from_its_first_day_to_its_last(day, covered):
    assert make().covers(date.fromisoformat(day), LETTER, 0) is covered


def test_an_authorisation_without_a_last_day_stands():
    assert make(until=date.max).covers(date(2040, 1, 1), LETTER, 0)


def test_a_mandate_for_a_kind_or_a_unit_covers_nothing_else():
    mandate, day = make(kind_ids=frozenset({LETTER}), unit_ids=frozenset({NORTH})), date(2026, 12, 5)
    assert mandate.covers(day, LETTER, NORTH)
    assert not mandate.covers(day, ORDER, NORTH)
    assert not mandate.covers(day, LETTER, SOUTH)
    assert not mandate.covers(day, LETTER, 0)


@pytest.mark.parametrize(
    ("facts", "clashes"),
    [
        ({}, True),
        ({"since": date(2026, 12, 10), "until": date(2026, 12, 20)}, True),
        ({"since": date(2026, 12, 11), "until": date(2026, 12, 20)}, False),
        ({"holder_id": OTHER}, False),
        ({"kind_ids": frozenset({ORDER})}, False),
        ({"kind_ids": frozenset({LETTER, ORDER})}, True),
        ({"kind_ids": frozenset({LETTER}), "unit_ids": frozenset({SOUTH})}, False),
    ],
)
def test_two_people_never_act_for_one_on_the_same_document(facts, clashes):
    mandate = make(kind_ids=frozenset({LETTER}), unit_ids=frozenset({NORTH}))
    assert mandate.clashes(make(**facts)) is clashes
    assert make(**facts).clashes(mandate) is clashes


def test_the_mandate_of_the_day_and_the_kind_is_found_or_none():
    first = make(id=1, kind_ids=frozenset({LETTER}))
    second = make(id=2, kind_ids=frozenset({ORDER}))
    assert find_mandate([first, second], date(2026, 12, 2), ORDER, 0) is second
    assert find_mandate([first, second], date(2026, 12, 2), 99, 0) is None
    assert find_mandate([], date(2026, 12, 2), ORDER, 0) is None
