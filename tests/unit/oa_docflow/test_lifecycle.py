import pytest
from oa_docflow.core import lifecycle
from oa_docflow.core.errors import LifecycleError
from oa_docflow.core.lifecycle import TABLE, Subject, Who


def test_a_move_stands_once_in_the_table():
    keys = [(row.subject, row.state, row.name) for row in TABLE]

    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("subject", Subject)
def test_every_state_can_be_reached(subject):
    rows = [row for row in TABLE if row.subject is subject]
    start = "assigned" if subject is Subject.TASK else "draft"
    reached, fresh = set(), {start}
    while fresh:
        reached |= fresh
        fresh = {row.target for row in rows if row.state in reached} - reached

    assert reached == {row.state for row in rows} | {row.target for row in rows}


@pytest.mark.parametrize("subject", Subject)
def test_every_state_leads_to_an_end(subject):
    rows = [row for row in TABLE if row.subject is subject]
    ending = {row.target for row in rows if lifecycle.is_final(subject, row.target)}
    while more := {row.state for row in rows if row.target in ending} - ending:
        ending |= more

    assert ending == {row.state for row in rows} | {row.target for row in rows}


def test_own_document_goes_the_whole_way():
    state = "draft"
    for name in ("submit", "return", "submit", "approve", "sign", "dispatch", "close"):
        state = lifecycle.move(Subject.OWN, state, name).target

    assert state == "closed"


def test_incoming_document_goes_the_whole_way():
    state = "draft"
    for name in ("register", "resolve", "start", "answer", "close"):
        state = lifecycle.move(Subject.INCOMING, state, name).target

    assert state == "closed"


def test_task_goes_the_whole_way():
    state = "assigned"
    for name in ("accept", "delegate", "report", "return", "report", "confirm"):
        state = lifecycle.move(Subject.TASK, state, name).target

    assert state == "confirmed"
    assert lifecycle.is_final(Subject.TASK, state)


def test_a_move_that_is_not_in_the_table_is_an_error():
    with pytest.raises(LifecycleError) as caught:
        lifecycle.move(Subject.OWN, "draft", "sign")

    assert (caught.value.subject, caught.value.state, caught.value.move) == ("own", "draft", "sign")


def test_nothing_is_signed_before_it_is_agreed():
    assert lifecycle.sources_of(Subject.OWN, "sign") == {"for_signature"}


def test_nothing_leads_out_of_a_closed_document():
    assert not lifecycle.moves_from(Subject.OWN, "closed")
    assert not lifecycle.moves_from(Subject.INCOMING, "closed")


def test_only_the_one_who_gave_a_task_accepts_its_execution():
    assert {row.who for row in TABLE if row.name in ("confirm", "confirm_late")} == {Who.ASSIGNER}


@pytest.mark.parametrize(("direction", "subject"), [("incoming", Subject.INCOMING), ("outgoing", Subject.OWN), ("internal", Subject.OWN)])
def test_direction_gives_the_subject(direction, subject):
    assert lifecycle.subject_of(direction) is subject


def test_task_states_are_open_or_final():
    assert set(lifecycle.TASK_STATES) == lifecycle.OPEN_TASK_STATES | lifecycle.FINAL_TASK_STATES
    assert not lifecycle.OPEN_TASK_STATES & lifecycle.FINAL_TASK_STATES
