import pytest
from oa_docflow.core import routing
from oa_docflow.core.errors import RoutingError
from oa_docflow.core.routing import Act, Step, StepState

DIRECTOR = Step(1, 10, Act.COORDINATE)
LAWYER = Step(2, 20, Act.COORDINATE)
GOVERNOR = Step(3, 10, Act.SIGN)
CLERK = Step(4, 10, Act.DISPATCH)
ROUTE = (CLERK, GOVERNOR, LAWYER, DIRECTOR)


def with_states(**states):
    names = {"director": DIRECTOR, "lawyer": LAWYER, "governor": GOVERNOR, "clerk": CLERK}
    return [Step(step.key, step.sequence, step.act, StepState(states.get(name, "planned"))) for name, step in names.items()]


def test_coordination_comes_before_signature_and_dispatch():
    assert [step.key for step in routing.order(ROUTE)] == [1, 2, 3, 4]


def test_first_step_opens_alone():
    assert routing.next_steps(ROUTE) == (DIRECTOR,)


def test_nothing_opens_while_somebody_has_to_act():
    assert routing.next_steps(with_states(director="waiting")) == ()


def test_next_step_opens_after_the_one_before_is_done():
    assert [step.key for step in routing.next_steps(with_states(director="done"))] == [2]


def test_equal_numbers_open_side_by_side():
    side_by_side = [Step(1, 10, Act.COORDINATE), Step(2, 10, Act.COORDINATE), Step(3, 20, Act.COORDINATE)]

    assert [step.key for step in routing.next_steps(side_by_side)] == [1, 2]


def test_waiting_steps_are_those_with_somebodys_turn():
    assert [step.key for step in routing.waiting_steps(with_states(director="done", lawyer="waiting"))] == [2]


def test_coordinated_when_no_agreement_is_missing():
    assert not routing.is_coordinated(with_states(director="done"))
    assert routing.is_coordinated(with_states(director="done", lawyer="done"))


def test_complete_when_every_step_is_done():
    done = with_states(director="done", lawyer="done", governor="done", clerk="done")

    assert routing.is_complete(done)
    assert routing.next_steps(done) == ()


def test_route_without_steps_is_refused():
    with pytest.raises(RoutingError):
        routing.check_plan([])


def test_two_places_to_sign_are_refused():
    with pytest.raises(RoutingError):
        routing.check_plan([GOVERNOR, Step(9, 20, Act.SIGN)])


def test_usual_route_is_accepted():
    routing.check_plan(ROUTE)
