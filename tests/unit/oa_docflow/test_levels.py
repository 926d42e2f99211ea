import pytest
from oa_docflow.core.levels import PERSONAL_LEVELS, RANK, Level, level_of, reaches


def test_every_level_has_its_rank() -> None:
    assert set(RANK) == set(Level)


def test_a_person_signs_at_three_levels() -> None:
    assert {"internal", "advanced", "qualified"} == PERSONAL_LEVELS


@pytest.mark.parametrize(
    ("made", "asked", "is_enough"),
    [
        ("qualified", "qualified", True), ("qualified", "advanced", True), ("qualified", "internal", True), ("qualified", "logged", True),
        ("advanced", "qualified", False), ("advanced", "advanced", True), ("advanced", "internal", True), ("advanced", "seal", True),
        ("internal", "qualified", False), ("internal", "advanced", False), ("internal", "internal", True),
        ("seal", "internal", False), ("seal", "qualified", False), ("seal", "seal", True), ("seal", "logged", True),
    ],
)  # fmt: skip
def test_stronger_signature_is_enough_where_a_weaker_was_asked(made: str, asked: str, is_enough: bool) -> None:
    assert reaches(made, asked) is is_enough


def test_certificate_says_what_its_signature_is() -> None:
    own = "CN=Вътрешен УО\nCN=Стар вътрешен УО\n"

    assert level_of("CN=Вътрешен УО", is_qualified=False, internal_issuers=own) is Level.INTERNAL
    assert level_of("CN=Друг", is_qualified=False, internal_issuers=own) is Level.ADVANCED
    assert level_of("CN=Вътрешен УО", is_qualified=True, internal_issuers=own) is Level.QUALIFIED
    assert level_of("CN=Друг", is_qualified=True, is_seal=True) is Level.SEAL
    assert level_of("", is_qualified=False, internal_issuers="\n") is Level.ADVANCED
