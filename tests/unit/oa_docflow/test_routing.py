import random
from dataclasses import replace

import pytest
from oa_docflow.core import routing
from oa_docflow.core.errors import RoutingError
from oa_docflow.core.routing import Act, Mode, Step, StepState

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


def test_usual_route_is_accepted():
    routing.check_plan(ROUTE)


def place(mode, *states, quorum=0):
    return [Step(key, 10, Act.COORDINATE, StepState(state), mode, quorum) for key, state in enumerate(states, 1)]


def test_any_one_agreement_passes_the_place_and_spares_the_others():
    stride = routing.advance([*place(Mode.ANY, "waiting", "done", "waiting"), Step(9, 20, Act.COORDINATE)])

    assert [step.key for step in stride.spared] == [1, 3]
    assert [step.key for step in stride.opened] == [9]


def test_two_of_three_are_enough_when_the_place_says_so():
    assert not routing.is_passed(place(Mode.SOME, "done", "waiting", "waiting", quorum=2))
    assert routing.is_passed(place(Mode.SOME, "done", "waiting", "done", quorum=2))


def test_fewer_people_than_the_number_asks_for_are_all_asked():
    assert routing.is_passed(place(Mode.SOME, "done", "skipped", "skipped", quorum=2))


def test_condition_that_does_not_hold_leaves_the_step_out():
    stride = routing.advance(ROUTE, lambda step: step.key != DIRECTOR.key)

    assert (stride.skipped, stride.opened) == ((DIRECTOR,), (LAWYER,))


def test_conditions_are_asked_only_when_the_route_reaches_the_step():
    asked = []
    routing.advance(ROUTE, lambda step: not asked.append(step.key))

    assert asked == [DIRECTOR.key]


def test_signature_comes_after_every_agreement_whatever_the_numbers_say():
    plan = [Step(1, 1, Act.SIGN), Step(2, 99, Act.OPINION), Step(3, 1, Act.ACQUAINT)]

    assert [step.key for step in routing.order(plan)] == [2, 1, 3]


def test_signed_when_no_signature_is_missing():
    assert not routing.is_signed([GOVERNOR])
    assert routing.is_signed([Step(3, 10, Act.SIGN, StepState.DONE), CLERK])


@pytest.mark.parametrize(
    ("second", "fault"),
    [
        (Step(2, 10, Act.OPINION), "mixed"),
        (Step(2, 10, Act.COORDINATE, mode=Mode.ANY), "mixed"),
        (Step(2, 20, Act.COORDINATE, mode=Mode.SOME, quorum=0), "quorum"),
    ],
)
def test_place_of_many_minds_is_refused(second, fault):
    with pytest.raises(RoutingError) as refusal:
        routing.check_plan([DIRECTOR, second])

    assert refusal.value.fault == fault


def random_plan(dice):
    steps, key = [], 0
    for number in range(dice.randint(1, 6)):
        act, mode, quorum = dice.choice(list(Act)), dice.choice(list(Mode)), dice.randint(1, 4)
        for _person in range(dice.randint(1, 4)):
            key += 1
            steps.append(Step(key, number, act, mode=mode, quorum=quorum))
    return steps


def run(dice, steps):
    """Take random steps until nobody waits; yields the steps after each stride."""
    off = {step.key for step in steps if dice.random() < 0.2}
    while True:
        stride = routing.advance(steps, lambda step: step.key not in off)
        changed = {step.key: StepState.WAITING for step in stride.opened}
        changed |= {step.key: StepState.SKIPPED for step in stride.skipped} | {step.key: StepState.SPARED for step in stride.spared}
        steps = [replace(step, state=changed.get(step.key, step.state)) for step in steps]
        yield steps
        waiting = routing.waiting_steps(steps)
        if not waiting:
            return
        taken = dice.choice(waiting).key
        steps = [replace(step, state=StepState.DONE) if step.key == taken else step for step in steps]


@pytest.mark.parametrize("seed", range(300))
def test_every_random_plan_reaches_its_end_and_nobody_waits_twice(seed):
    dice = random.Random(seed)
    plan = random_plan(dice)
    seen = list(run(dice, plan))

    assert routing.is_complete(seen[-1])
    for steps in seen:
        # Only one place waits at a time, and none before it is unfinished.
        waiting = routing.waiting_steps(steps)
        assert len({step.place for step in waiting}) <= 1
        for earlier in routing.places(steps):
            if waiting and earlier[0].place < waiting[0].place:
                assert routing.is_passed(earlier)
    for position, place_steps in enumerate(routing.places(seen[-1])):
        done = [step for step in place_steps if step.state is StepState.DONE]
        assert len(done) == routing.needed(place_steps), position


def test_disagreement_does_not_spare_the_others_where_some_are_enough():
    group = [Step(key, 10, Act.COORDINATE, StepState.WAITING, Mode.SOME, 2) for key in (1, 2, 3)]
    against, agreed = (replace(group[0], state=StepState.DONE, is_against=True), replace(group[1], state=StepState.DONE))

    assert not routing.is_passed([against, agreed, group[2]])
    assert routing.is_passed([replace(against, is_against=False), agreed, group[2]])
    assert routing.is_passed([against, agreed, replace(group[2], state=StepState.DONE)])


def test_when_all_have_spoken_a_place_is_passed_whatever_they_said():
    for mode in Mode:
        place = [Step(key, 10, Act.COORDINATE, StepState.DONE, mode, 2, is_against=True) for key in (1, 2)]
        assert routing.is_passed(place)


def test_one_disagreement_leaves_the_others_of_an_any_place_waiting():
    place = [
        Step(1, 10, Act.COORDINATE, StepState.DONE, Mode.ANY, is_against=True),
        Step(2, 10, Act.COORDINATE, StepState.WAITING, Mode.ANY),
    ]

    assert routing.advance(place).spared == ()
    assert not routing.is_coordinated(place)


def test_signers_of_all_places_are_counted():
    signers = [Step(1, 10, Act.SIGN), Step(2, 20, Act.SIGN, mode=Mode.ANY), Step(3, 20, Act.SIGN, mode=Mode.ANY), Step(4, 30, Act.SEAL)]

    assert routing.count_signers([DIRECTOR, *signers, CLERK]) == 3
    assert routing.check_plan([DIRECTOR, *signers]) is None
