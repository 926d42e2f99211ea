"""Forms of one word meet, numbers are found by their parts."""

import pytest
from oa_registry.core.search_excerpt import ExcerptFinder
from oa_registry.core.search_words import list_lexemes, make_vector, read_question
from oa_registry.core.stemming import stem

FORMS = """
заповед заповеди заповедта заповедите
документ документи документа документът документите
решение решения решението решенията
удостоверение удостоверения удостоверението удостоверенията
жалба жалби жалбата жалбите
кмет кмета кметът кметове кметовете
министър министри министъра министърът министрите
областен областна областно областни областния областният областната областните
общински общинска общинско общинския общинската общинските
имот имоти имота имотът имотите
договор договори договора договорът договорите
място места мястото местата
наследник наследници наследника наследниците
център центрове центъра центърът
становище становища становището становищата
гражданин граждани гражданина гражданите
път пътища пътя пътят пътищата
срок срокове срока срокът сроковете
регистър регистри регистъра регистърът регистрите
земя земи земята земите
""".strip().splitlines()


@pytest.mark.parametrize("line", FORMS)
def test_all_forms_of_a_word_have_one_stem(line: str) -> None:
    assert len({stem(form) for form in line.split()}) == 1


def test_different_words_keep_different_stems() -> None:
    words = [line.split()[0] for line in FORMS]
    assert len({stem(word) for word in words}) == len(words)


def test_words_of_other_alphabets_stay_as_they_are() -> None:
    assert [stem(word) for word in ("apostille", "та", "2026", "ß")] == ["apostille", "та", "2026", "ß"]


def test_a_number_is_found_whole_and_by_what_follows_a_separator() -> None:
    assert set(list_lexemes("Заповед № РД-15-7/01.02.2026")) >= {
        "рд-15-7/01.02.2026", "15-7/01.02.2026", "15-7", "рд-15", "15", "7", "1.02.2026", "2026", "заповед",
    }  # fmt: skip
    assert "15-77" not in set(list_lexemes("РД-15-7"))


def test_a_number_of_very_many_parts_stays_short() -> None:
    assert len(set(list_lexemes("-".join(map(str, range(1, 200)))))) <= 25


def test_leading_zeros_do_not_matter() -> None:
    assert set(list_lexemes("000911-22")) == {"911-22", "911", "22"}
    assert "'911-22'" in read_question("000911-22").numbers[0][0]


def test_the_best_weight_of_a_word_stays() -> None:
    assert make_vector([("D", "Жалба до съда"), ("A", "жалби")]) == "'жалб':1A 'съд':1D"


def test_quotes_and_backslashes_cannot_end_a_lexeme() -> None:
    hostile = "о'брайън' | 'x \\' & !"
    assert read_question(hostile).words.count("'") % 2 == 0
    assert "\\" not in read_question(hostile).words


@pytest.mark.parametrize("text", ["", "  ", "за на и", "!!! ***", "а"])
def test_a_question_without_words_is_empty(text: str) -> None:
    assert not read_question(text)


def test_a_star_asks_for_the_beginning_only() -> None:
    assert read_question("удостов*").words == "('удостов':*)"
    assert read_question("1*").numbers == (("'1':*", "'1':*"),)


def test_an_official_number_is_found_while_it_is_typed() -> None:
    within, own = read_question("000911-2").numbers[0]
    assert within == "'911-2'"
    assert own == "'911-2':*"


def test_the_excerpt_stands_around_another_form_of_the_word() -> None:
    assert ExcerptFinder("заповеди").find("Тази година\nзаповедта на кмета е отменена.") == (
        "Тази година ",
        "заповедта",
        " на кмета е отменена.",
    )


def test_the_excerpt_knows_numbers_and_says_when_there_is_nothing() -> None:
    assert ExcerptFinder("10971.502.1187").find("имот 10971.502.1187 във Видин") == ("имот ", "10971.502.1187", " във Видин")
    assert ExcerptFinder("апостил").find("имот във Видин") is None
    assert not ExcerptFinder("…")
