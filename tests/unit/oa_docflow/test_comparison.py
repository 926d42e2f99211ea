from oa_docflow.core.comparison import compare


def kinds(before, after):
    return [row.kind for row in compare(before, after)]


def test_equal_texts_have_only_equal_rows():
    assert kinds(["а", "б"], ["а", "б"]) == ["same", "same"]


def test_a_changed_paragraph_shows_the_words_that_differ():
    (row,) = compare(["срок от 7 дни"], ["срок от 14 дни"])

    assert [part for part, differs in row.before if differs] == ["7"]
    assert [part for part, differs in row.after if differs] == ["14"]
    assert "".join(part for part, _differs in row.after) == "срок от 14 дни"


def test_a_new_and_a_lost_paragraph_have_an_empty_side():
    added, removed = compare(["а"], ["а", "б"])[1], compare(["а", "б"], ["а"])[1]

    assert (added.kind, added.before) == ("added", ())
    assert (removed.kind, removed.after) == ("removed", ())
