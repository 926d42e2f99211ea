import pytest
from oa_docflow.core.exemption import Facts, Part, find_paper_parts


def test_an_electronic_document_leaves_nothing_on_paper():
    assert find_paper_parts(Facts(signing_method="qes", is_coordination_skipped=True)) == ()


@pytest.mark.parametrize("carrier", ["paper", "mixed"])
def test_a_paper_original_is_prepared_on_paper(carrier):
    assert find_paper_parts(Facts(carrier=carrier)) == (Part.DRAFTING,)


def test_a_signature_by_hand_is_on_paper_whatever_the_carrier_says():
    assert find_paper_parts(Facts(signing_method="hand")) == (Part.SIGNING,)


def test_a_kept_original_and_a_route_that_was_passed_by_are_parts_of_their_own():
    facts = Facts(carrier="paper", signing_method="hand", paper_disposition="kept", is_coordination_skipped=True)

    assert find_paper_parts(facts) == (Part.DRAFTING, Part.COORDINATION, Part.SIGNING, Part.STORAGE)


def test_a_returned_original_is_not_stored():
    assert Part.STORAGE not in find_paper_parts(Facts(carrier="paper", paper_disposition="returned"))
