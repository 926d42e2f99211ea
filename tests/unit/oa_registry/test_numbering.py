"""Number templates: what may be typed and what comes out."""

from datetime import UTC, date, datetime

import pytest
from oa_registry.core.errors import NumberTemplateError
from oa_registry.core.numbering import Counter, NumberParts, NumberTemplate, Series, get_official_day

PARTS = NumberParts(sequence=42, day=date(2026, 11, 5), index="000911", kind="ЗП", unit="ДС", case="000911-7-01.02.2026", series="ВХ")


@pytest.mark.parametrize(
    ("template", "number"),
    [
        ("{index}-{seq}-{dd.MM.yyyy}", "000911-42-05.11.2026"),
        ("РД-{seq}/{dd.MM.yyyy}", "РД-42/05.11.2026"),
        ("{seq:06}/{yyyy}", "000042/2026"),
        ("{seq:2}/{yyyy}", "42/2026"),
        ("{kind}-{unit}-{seq}/{yyyy}", "ЗП-ДС-42/2026"),
        ("{case}-({seq})", "000911-7-01.02.2026-(42)"),
        ("{series}-{seq}/{yyyy}", "ВХ-42/2026"),
    ],
)
def test_a_template_becomes_a_number(template, number):
    assert NumberTemplate(template).render(PARTS) == number


@pytest.mark.parametrize(
    ("template", "code"),
    [
        ("  ", "template_empty"),
        ("{yyyy}", "template_sequence"),
        ("{seq}-{seq:06}", "template_sequence"),
        ("{seq}/{година}", "template_token"),
        ("{seq:0}", "template_token"),
        ("{seq}/{yyyy", "template_brace"),
        ("}{seq}", "template_brace"),
        ("{seq}" + "x" * 128, "template_too_long"),
    ],
)
def test_a_template_that_makes_no_number_is_refused(template, code):
    with pytest.raises(NumberTemplateError) as caught:
        NumberTemplate(template)
    assert caught.value.code == code


def test_the_error_names_the_unknown_token_and_the_allowed_ones():
    with pytest.raises(NumberTemplateError) as caught:
        NumberTemplate("{seq}/{month}")
    assert caught.value.values["token"] == "month"
    assert "{seq:06}" in caught.value.values["allowed"]
    assert "month" in str(caught.value)


def test_a_yearly_register_needs_the_year_in_its_number():
    with pytest.raises(NumberTemplateError, match="template_year"):
        NumberTemplate("РД-{seq}").check_reset(yearly=True)
    NumberTemplate("РД-{seq}").check_reset(yearly=False)
    NumberTemplate("РД-{seq}/{yyyy}").check_reset(yearly=True)


def test_a_number_is_not_made_while_a_value_is_missing():
    template = NumberTemplate("{unit}-{seq}")
    parts = NumberParts(sequence=1, day=date(2026, 1, 1))
    assert template.get_missing(parts) == ["unit"]
    with pytest.raises(NumberTemplateError, match="template_value"):
        template.render(parts)


def test_the_official_year_turns_at_midnight_in_sofia():
    assert get_official_day(datetime(2026, 12, 31, 21, 59, 59)) == date(2026, 12, 31)
    assert get_official_day(datetime(2026, 12, 31, 22, 0, 0)) == date(2027, 1, 1)
    assert get_official_day(datetime(2026, 6, 30, 21, 0, 0, tzinfo=UTC)) == date(2026, 7, 1)


def test_the_counter_goes_on_by_one():
    assert Counter().get_next(2026, yearly=True) == 1
    assert Counter(last=7, last_year=2026).get_next(2026, yearly=True) == 8


def test_the_counter_restarts_with_the_year_or_never():
    assert Counter(last=7, last_year=2026).get_next(2027, yearly=True) == 1
    assert Counter(last=7, last_year=2026).get_next(2027, yearly=False) == 8


def test_a_book_that_goes_on_from_paper_begins_late_and_only_once():
    paper = Counter(first=1235)
    assert (paper.get_next(2026, yearly=True), paper.begins_late()) == (1235, True)
    later = Counter(first=1235, last=1300, last_year=2026)
    assert (later.get_next(2027, yearly=True), later.begins_late()) == (1, False)
    assert not Counter().begins_late()


@pytest.mark.parametrize(("series", "token"), [(Series.DIRECTION, "{series}"), (Series.KIND, "{kind}"), (Series.CASE, "{case}")])
def test_each_series_needs_its_token_in_the_number(series, token):
    with pytest.raises(NumberTemplateError, match="template_series"):
        NumberTemplate("{seq}/{yyyy}").check_series(series)
    NumberTemplate(f"{token}-{{seq}}/{{yyyy}}").check_series(series)
    NumberTemplate("{seq}/{yyyy}").check_series(Series.ONE)
