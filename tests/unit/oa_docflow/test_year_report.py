from datetime import date

from oa_docflow.core.year_report import MONTHS, OUTCOME_NAMES, Received, summarise

TODAY = date(2026, 12, 31)
RECEIVED = [
    Received("Жалба", date(2026, 1, 5), date(2026, 2, 5), date(2026, 2, 5), "granted"),
    Received("Жалба", date(2026, 1, 20), date(2026, 2, 20), date(2026, 2, 21), "refused", "чл. 88 от АПК", was_suspended=True),
    Received("Сигнал", date(2026, 12, 20), date(2027, 2, 22)),
    Received("Сигнал", date(2026, 3, 2), date(2026, 5, 4), was_extended=True),
    Received("Сигнал", date(2026, 4, 1), date(2026, 6, 1), date(2026, 4, 3), "partly"),
]


def test_every_document_is_counted_once_in_each_table():
    outcomes, terms, months, grounds = summarise(RECEIVED, TODAY)
    assert outcomes.rows[-1][1] == len(RECEIVED) == sum(outcomes.rows[-1][2:])
    assert sum(terms.rows[-1][1:5]) == len(RECEIVED)
    assert sum(row[1] for row in months.rows) == len(RECEIVED)
    assert [row[0] for row in months.rows] == list(MONTHS)
    assert grounds.rows == (("без посочено основание", 1), ("чл. 88 от АПК", 1))


def test_kinds_stand_apart_and_sum_up_to_the_total():
    outcomes, terms, *_rest = summarise(RECEIVED, TODAY)
    for table in (outcomes, terms):
        assert [row[0] for row in table.rows] == ["Жалба", "Сигнал", "Общо"]
        assert [sum(column) for column in zip(*(row[1:] for row in table.rows[:-1]), strict=True)] == list(table.rows[-1][1:])


def test_in_time_late_and_open_are_told_apart_by_the_day():
    terms = summarise(RECEIVED, TODAY)[1]
    assert terms.rows[0][1:] == (1, 1, 0, 0, 1, 0)
    assert terms.rows[1][1:] == (1, 0, 1, 1, 0, 1)


def test_an_empty_year_has_empty_tables():
    outcomes, terms, months, grounds = summarise([], TODAY)
    assert outcomes.rows == (("Общо", *[0] * (len(OUTCOME_NAMES) + 1)),)
    assert len(terms.rows) == 1 and len(months.rows) == 12 and grounds.rows == ()
