"""Where labels stand on a sheet, and which scans cannot be of the paper."""

import pytest
from oa_registry.core.label import SIZES, LabelFormat, fit_number, is_odd_count, place_labels


def test_a_sheet_is_filled_row_by_row_from_the_first_free_place():
    pages = place_labels(3, LabelFormat.SHEET, first=23)
    assert [len(page) for page in pages] == [2, 1]
    assert [place.left for place in pages[0]] == [70, 140]
    assert pages[1][0].left == 0


def test_a_roll_has_one_label_a_page():
    assert [len(page) for page in place_labels(2, LabelFormat.ROLL)] == [1, 1]


def test_no_label_leaves_its_page():
    size = SIZES[LabelFormat.SHEET]
    (page,) = place_labels(24, LabelFormat.SHEET)
    assert max(place.top for place in page) + size.height <= 297
    assert max(place.left for place in page) + size.width <= 210


def test_a_place_that_is_not_on_the_sheet_is_refused():
    with pytest.raises(ValueError, match="24 labels"):
        place_labels(1, LabelFormat.SHEET, first=25)


@pytest.mark.parametrize(
    ("pages", "sheets", "is_odd"), [(2, 2, False), (4, 2, False), (1, 2, True), (5, 2, True), (0, 2, False), (3, 0, False)]
)
def test_pages_are_compared_with_both_sides_of_the_sheets(pages, sheets, is_odd):
    assert is_odd_count(pages, sheets) is is_odd


@pytest.mark.parametrize("label_format", LabelFormat)
def test_a_long_number_is_made_smaller_and_a_short_one_not_larger(label_format):
    sizes = [
        fit_number(number, label_format) for number in ("7", "АП-1/23.11.2026", "000911-23-23.11.2026", "РД-20-1000-23.11.2026", "x" * 200)
    ]

    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == 9
    assert sizes[-1] == 5
    assert 6.5 < sizes[2] < 9
