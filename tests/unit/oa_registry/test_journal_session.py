"""A session is recognised in the journal and cannot be taken over from it."""

from oa_registry.core.journal_session import mark_session

LASTING = "a" * 42


def test_the_mark_outlives_the_turning_of_the_identifier():
    assert mark_session(LASTING + "b" * 42, "salt") == mark_session(LASTING + "c" * 42, "salt")


def test_another_session_or_installation_has_another_mark():
    marks = {mark_session("x" * 84, "salt"), mark_session("y" * 84, "salt"), mark_session("x" * 84, "other")}
    assert len(marks) == 3


def test_the_mark_does_not_hold_the_identifier():
    mark = mark_session(LASTING, "salt")
    assert len(mark) == 12
    assert mark not in LASTING
