from oa_docflow.core.content import compute_content_hash


def test_same_content_has_the_same_hash_in_any_order():
    one = compute_content_hash({"subject": "Отговор", "body": "<p>а</p>"}, ["b", "a"])
    other = compute_content_hash({"body": "<p>а</p>", "subject": "Отговор"}, ["a", "b"])

    assert one == other


def test_one_letter_changes_the_hash():
    assert compute_content_hash({"body": "а"}, []) != compute_content_hash({"body": "б"}, [])


def test_one_file_more_changes_the_hash():
    assert compute_content_hash({"body": "а"}, []) != compute_content_hash({"body": "а"}, ["00"])
