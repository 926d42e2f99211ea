"""Terms of keeping as the classification scheme writes them."""

from datetime import date

import pytest
from oa_registry.core.retention import Retention, RetentionKind, RetentionStart


@pytest.mark.parametrize("label", ["П", "5", "10 ЕК"])
def test_the_spelling_of_the_scheme_is_read_and_written(label):
    assert Retention.parse(label).label == label


def test_words_after_the_years_name_the_event():
    assert Retention.parse("10 след изтичане") == Retention(RetentionKind.YEARS, 10, RetentionStart.EVENT, "след изтичане")


def test_the_term_runs_from_the_first_of_january_after_closing():
    assert Retention.parse("5").get_end(date(2026, 11, 22)) == date(2031, 12, 31)


def test_permanent_has_no_end():
    assert Retention.parse("П").get_end(date(2026, 11, 22)) is None


@pytest.mark.parametrize(("kind", "years"), [(RetentionKind.YEARS, 0), (RetentionKind.EXPERT, 0), (RetentionKind.PERMANENT, -1)])
def test_a_term_without_years_is_refused(kind, years):
    with pytest.raises(ValueError, match="year"):
        Retention(kind, years)
