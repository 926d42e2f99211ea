import random

import pytest
from oa_docflow.core.dry_run import HORIZON, Absence, Finding, Odds, Tally, TrialStep, judge, percentile, simulate
from oa_docflow.core.routing import Act, Mode

DIRECTOR = TrialStep(1, "Съгласуване от директора", 10, Act.COORDINATE, ("Директор",))
LAWYER = TrialStep(2, "Законосъобразност", 20, Act.COORDINATE, ("Юрисконсулт",))
GOVERNOR = TrialStep(3, "Подписване", 30, Act.SIGN, ("Управител",))
CLERK = TrialStep(4, "Изпращане", 40, Act.DISPATCH, ("Деловодител",))
SOUND = (DIRECTOR, LAWYER, GOVERNOR, CLERK)
CALM = Odds(absence=0, return_=0, refusal=0)


def try_out(steps, odds=None, runs=300, legal_days=0.0):
    odds = odds or Odds()
    return judge(steps, simulate(steps, range(runs), odds), odds, legal_days)


def test_sound_procedure_has_no_findings():
    assert try_out(SOUND, legal_days=40) == ()


def test_same_seed_gives_the_same_runs():
    assert simulate(SOUND, range(50), Odds()) == simulate(SOUND, range(50), Odds())
    assert simulate(SOUND, range(50), Odds()) != simulate(SOUND, range(50, 100), Odds())


def test_runs_in_parts_add_up():
    whole, parts = simulate(SOUND, range(100), Odds()), Tally()
    for start in range(0, 100, 25):
        parts.add(simulate(SOUND, range(start, start + 25), Odds()))

    assert parts == whole
    assert Tally.from_data(parts.to_data()).ends == whole.ends
    assert Tally.from_data({}) == Tally()


def test_step_that_nobody_can_take_is_a_dead_end():
    (finding,) = try_out((DIRECTOR, TrialStep(2, "Финансов контрол", 20, Act.COORDINATE, ()), GOVERNOR))

    assert (finding.sort, finding.subject, finding.is_dead_end) == ("nobody", "Финансов контрол", True)
    assert finding.share > 0.9


def test_step_that_nobody_can_take_is_named_also_when_its_condition_never_held():
    rare = TrialStep(2, "Финансов контрол", 20, Act.COORDINATE, (), is_conditional=True)

    (finding,) = try_out((DIRECTOR, rare, GOVERNOR), Odds(condition=0))

    assert (finding.sort, finding.share) == ("nobody", 0)


def test_procedure_without_signature_is_a_dead_end():
    (finding,) = try_out((DIRECTOR, LAWYER), CALM)

    assert finding == Finding("unsigned", share=1.0)


def test_number_that_asks_for_more_people_than_there_are_is_a_dead_end():
    three_of_two = TrialStep(1, "Комисия", 10, Act.COORDINATE, ("А", "Б"), mode=Mode.SOME, quorum=3)

    (finding,) = try_out((three_of_two, GOVERNOR), CALM)

    assert (finding.sort, finding.amount, finding.limit) == ("quorum", 2, 3)


def test_document_that_is_always_returned_never_ends():
    assert try_out(SOUND, Odds(return_=1), runs=20)[0] == Finding("endless", share=1.0)


def test_terms_that_add_up_to_more_than_the_law_allows_are_named():
    slow = TrialStep(2, "Законосъобразност", 20, Act.COORDINATE, ("Юрисконсулт",), days=10)

    found = try_out((DIRECTOR, slow, GOVERNOR, CLERK), CALM, legal_days=7)

    assert found[0] == Finding("term", amount=13, limit=7)


def test_steps_side_by_side_count_once():
    beside = TrialStep(2, "Законосъобразност", 10, Act.COORDINATE, ("Юрисконсулт",), days=3)

    assert try_out((DIRECTOR, beside, GOVERNOR, CLERK), CALM, legal_days=5) == ()


def test_absences_make_documents_late():
    sorts = [finding.sort for finding in try_out(SOUND, Odds(absence=0.6), legal_days=4)]

    assert sorts == ["late"]


def test_person_with_more_acts_than_a_day_holds_is_named():
    found = try_out(SOUND, Odds(documents_per_day=40, acts_per_day=30, absence=0, return_=0, refusal=0))

    assert {finding.subject for finding in found if finding.sort == "overload"} == {"Директор", "Юрисконсулт", "Управител", "Деловодител"}


def test_person_at_most_of_the_places_is_named():
    alone = tuple(TrialStep(key, f"Стъпка {key}", key, Act.COORDINATE, ("Един",)) for key in range(1, 4))

    assert [finding.sort for finding in try_out((*alone, GOVERNOR), CALM)] == ["alone"]


def test_any_one_goes_on_without_the_others():
    any_one = TrialStep(1, "Един от двама", 10, Act.COORDINATE, ("А", "Б"), mode=Mode.ANY)
    tally = simulate((any_one, GOVERNOR), range(100), CALM)

    assert tally.acts["А"] + tally.acts["Б"] == 100
    assert tally.ends == {"finished": 100}


@pytest.mark.parametrize("seed", range(60))
def test_every_run_ends_and_only_known_ways(seed):
    dice = random.Random(seed)
    steps = tuple(
        TrialStep(
            key, f"Стъпка {key}", key, dice.choice(list(Act)), tuple("АБВГ"[: dice.randint(0, 4)]), mode=dice.choice(list(Mode)),
            quorum=dice.randint(1, 3), is_conditional=dice.random() < 0.3,
        )
        for key in range(1, dice.randint(2, 8))
    )  # fmt: skip
    tally = simulate(steps, range(40), Odds())

    assert sum(tally.ends.values()) == tally.runs == 40
    assert {end.partition(":")[0] for end in tally.ends} <= {"finished", "refused", "unsigned", "endless", "stuck"}
    # Whoever finishes was signed; nobody acts who is not in the plan.
    assert set(tally.acts) <= set("АБВГ")
    if not any(step.act in (Act.SIGN, Act.SEAL) for step in steps):
        assert not tally.ends["finished"]


def test_percentiles_are_taken_from_the_finished_runs():
    assert (percentile([], 0.5), percentile([3, 1, 2], 0.5), percentile([3, 1, 2], 0.99)) == (0.0, 2, 3)


def test_planned_absence_takes_the_place_of_chance():
    """Away all the time with a substitute: nobody waits, whatever chance would say, and the acts are those of the substitute."""
    always = Odds(absence=1, return_=0, refusal=0)
    plan = [Absence(name, 0, 3 * HORIZON, "Заместник") for name in ("Директор", "Юрисконсулт", "Управител", "Деловодител")]

    tally = simulate(SOUND, range(100), always, plan)

    assert max(tally.days) <= len(SOUND)
    assert dict(tally.acts) == {"Заместник": 400}


def test_nobody_acts_for_a_person_who_is_planned_to_be_away_alone():
    plan = [Absence("Управител", 0, 3 * HORIZON)]

    tally = simulate(SOUND, range(100), CALM, plan)

    assert min(tally.days) > HORIZON
    assert Finding("away", "Управител", amount=3.0 * HORIZON) in judge(SOUND, tally, CALM, 0.0, plan)


def test_outside_the_planned_days_the_person_is_there():
    plan = [Absence("Управител", HORIZON + 50, HORIZON + 60)]

    assert max(simulate(SOUND, range(100), Odds(absence=1, return_=0, refusal=0, longest_absence=1), plan).days) < 10
    assert simulate(SOUND, range(50), CALM) == simulate(SOUND, range(50), CALM, ())


def test_step_on_paper_that_no_exemption_covers_is_named():
    by_hand = TrialStep(3, "Подписване", 30, Act.SIGN, ("Управител",), is_on_paper=True)

    (finding,) = try_out((DIRECTOR, by_hand), CALM)

    assert (finding.sort, finding.subject, finding.is_dead_end) == ("paper", "Подписване", False)
