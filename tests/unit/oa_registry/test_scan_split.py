"""Where one letter of a pile ends."""

from oa_registry.core.scan_split import SEPARATOR, ScanPart, is_number, split_pages

ONE, TWO = "000911-1-22.11.2026", "ВН-2/22.11.2026"


def test_labels_begin_letters_and_separators_are_dropped():
    assert split_pages([[ONE], [], [TWO], [SEPARATOR], [], []]) == [ScanPart(1, 2, ONE), ScanPart(3, 3, TWO), ScanPart(5, 6)]


def test_the_same_label_on_every_page_is_one_letter():
    assert split_pages([[ONE], [ONE], []]) == [ScanPart(1, 3, ONE)]


def test_pages_before_the_first_label_belong_to_nobody():
    assert split_pages([[], [ONE]]) == [ScanPart(1, 1), ScanPart(2, 2, ONE)]


def test_codes_of_others_are_no_labels():
    assert split_pages([[ONE], ["https://example.com/invoice"]]) == [ScanPart(1, 2, ONE)]
    assert split_pages([[ONE], ["A-17"]], known={"A-17"}) == [ScanPart(1, 1, ONE), ScanPart(2, 2, "A-17")]


def test_two_labels_on_a_page_are_left_to_a_person():
    assert split_pages([[ONE, TWO], []]) == [ScanPart(1, 2, "", is_ambiguous=True)]


def test_a_separator_keeps_letters_with_the_same_label_apart():
    assert split_pages([[ONE], [SEPARATOR], [ONE]]) == [ScanPart(1, 1, ONE), ScanPart(3, 3, ONE)]


def test_separators_alone_make_no_letter():
    assert split_pages([[SEPARATOR], [SEPARATOR]]) == []


def test_only_what_ends_with_a_day_looks_like_a_number():
    assert is_number(ONE)
    assert is_number(TWO)
    assert not is_number("https://example.com/22.11.2026/x")
