from dataclasses import replace

import pytest
from oa_docflow.core import plan as plans
from oa_docflow.core.errors import PlanError
from oa_docflow.core.plan import Difference, Plan, PlanStep, PlanTerm

LAWYER = PlanStep(10, "coordinate", "Съгласуване за законосъобразност", "lawyer", required="file_ids", legal_ground="чл. 1 & „2“")
GOVERNOR = PlanStep(20, "sign", "Подписване", "governor", level="qualified", condition="[('urgency', '=', 'fast')]")
TERM = PlanTerm("ordinary", 14, "calendar_days", "чл. 57 от АПК")
PLAN = Plan("Удостоверение", "line-1", 2, "1972", steps=(LAWYER, GOVERNOR), terms=(TERM,), note="Първи ред\nвтори < ред")


def test_plan_comes_back_from_its_file_as_it_was():
    assert plans.from_xml(plans.to_xml(PLAN, "Областна администрация Видин")) == (PLAN, "Областна администрация Видин")


def test_equal_plans_have_equal_bytes_and_digests():
    assert plans.to_xml(PLAN) == plans.to_xml(replace(PLAN))
    assert plans.compute_digest(PLAN) != plans.compute_digest(replace(PLAN, version=3))


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "format"),
        (b"not xml", "format"),
        ("<procedure/>".encode("utf-16"), "format"),
        (b'<?xml version="1.0"?><!DOCTYPE p [<!ENTITY a "b">]><p>&a;</p>', "entities"),
        (b"<!doctype html><p/>", "entities"),
        (b"<other/>", "format"),
        (plans.to_xml(PLAN).replace(b"<term", b"<unknown"), "format"),
        (plans.to_xml(PLAN).replace(b' quorum="1"', b"", 1), "format"),
        (plans.to_xml(PLAN).replace(b'quorum="1"', b'quorum="many"', 1), "format"),
        (b" " * (plans.LARGEST + 1), "format"),
    ],
    ids=["empty", "text", "utf-16", "entities", "document type", "another root", "unknown part", "missing", "no number", "large"],
)
def test_file_that_is_no_procedure_is_refused(data, fault):
    with pytest.raises(PlanError) as refusal:
        plans.from_xml(data)

    assert refusal.value.fault == fault


def test_equal_plans_do_not_differ():
    assert plans.compare(PLAN, replace(PLAN, version=9, lineage="x")) == ()


def test_differences_name_step_and_field():
    new = replace(PLAN, name="Друго", steps=(replace(LAWYER, term_amount=3), replace(GOVERNOR, name="Печат")), terms=())

    assert plans.compare(PLAN, new) == (
        Difference("changed", "", "name", "Удостоверение", "Друго"),
        Difference("changed", LAWYER.name, "term_amount", "1", "3"),
        Difference("removed", "Подписване", "", "Подписване", ""),
        Difference("added", "Печат", "", "", "Печат"),
        Difference("removed", "ordinary", "", "ordinary", ""),
    )


def test_steps_of_one_name_are_compared_in_their_order():
    old = replace(PLAN, steps=(LAWYER, LAWYER))
    new = replace(PLAN, steps=(LAWYER, replace(LAWYER, quorum=2), LAWYER))

    assert plans.compare(old, new) == (
        Difference("changed", LAWYER.name, "quorum", "1", "2"),
        Difference("added", LAWYER.name, "", "", LAWYER.name),
    )


def test_level_of_the_work_travels_and_older_files_are_read_without_it() -> None:
    plan = Plan("Сигнал", work_level="qualified")

    assert plans.from_xml(plans.to_xml(plan))[0] == plan
    assert b"work_level" not in plans.to_xml(Plan("Сигнал"))
    assert plans.from_xml(plans.to_xml(Plan("Сигнал")))[0].work_level == ""
