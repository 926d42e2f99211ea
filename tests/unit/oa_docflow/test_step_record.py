import random
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree
from oa_docflow.core import step_record
from oa_docflow.core.step_record import GENESIS, Act, File, Flaw, Person, Problem, Record, Stored, Subject, Way

SCHEMA = etree.XMLSchema(etree.parse(Path(step_record.__file__).parents[1] / "data/step_record_1.xsd"))
LETTERS = "абвѝ „“№<>&\"'\t\n\r\x0b\x00]]>€𝔸"

AGREEMENT = Record(
    "Областна администрация Видин",
    Subject(
        "42", "Заповед", "Заповед за отписване", "РД-1/22.11.2026", "000911-1-22.11.2026", "ab" * 32, (File("main", "а.pdf", "cd" * 32),)
    ),
    Person("11", "Мария Панова", "maria", "Главен юрисконсулт"),
    Act("agree", "Съгласувано", "2026-11-22T10:00:00.123Z", opinion="agree", text="Без бележки."),
    Way("Заповед", "ЗАП", 3, 1, "Проверка за законосъобразност"),
)
SUBSTITUTE = replace(
    AGREEMENT, person=Person("12", "Иван Петров", "ivan", "за директор", "13", "Петър Иванов", "РД-5", "ef" * 32), way=Way()
)


def make_chain(count, chain=1):
    stored, previous = [], GENESIS
    for position in range(1, count + 1):
        record = replace(AGREEMENT, subject=replace(AGREEMENT.subject, reference=str(chain)))
        xml = step_record.write(record, position, previous)
        digest = step_record.compute_digest(xml)
        stored.append(Stored(chain * 100 + position, chain, position, xml, previous, digest, {"act/code": "agree"}))
        previous = digest
    return stored


@pytest.mark.parametrize("record", [AGREEMENT, SUBSTITUTE], ids=["of the holder", "of a substitute"])
def test_record_fits_its_schema(record):
    SCHEMA.assertValid(etree.fromstring(step_record.write(record, 1, GENESIS)))


def test_signed_record_fits_its_schema():
    tree = etree.fromstring(step_record.write(AGREEMENT, 1, GENESIS))
    tree.append(etree.Element("{http://www.w3.org/2000/09/xmldsig#}Signature"))

    SCHEMA.assertValid(tree)


def test_schema_refuses_a_record_without_its_chain():
    tree = etree.fromstring(step_record.write(AGREEMENT, 1, GENESIS))
    tree.remove(tree[-1])

    assert not SCHEMA.validate(tree)


@pytest.mark.parametrize("is_exclusive", [False, True])
def test_bytes_are_their_own_canonical_form_whatever_people_write(is_exclusive):
    dice = random.Random(7)
    for _round in range(300):
        words = "".join(dice.choice(LETTERS) for _letter in range(20))
        xml = step_record.write(replace(AGREEMENT, act=replace(AGREEMENT.act, text=words)), 1, GENESIS)

        assert etree.tostring(etree.fromstring(xml), method="c14n", exclusive=is_exclusive) == xml.encode()


def test_record_says_what_was_put_in():
    said = step_record.read(step_record.write(SUBSTITUTE, 7, "ab" * 32))

    assert said["person/actingFor/name"] == "Петър Иванов"
    assert said["document/file/sha256"] == "cd" * 32
    assert (said["chain/position"], said["chain/previous"]) == ("7", "ab" * 32)


@pytest.mark.parametrize("text", ["", "<", "<stepRecord/>", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_what_is_no_record_says_nothing(text):
    assert step_record.read(text) == {}


def test_whole_chains_have_no_problem():
    assert step_record.verify([*make_chain(3), *make_chain(2, chain=2)]) is None


def test_altered_text_is_found():
    chain = make_chain(3)
    chain[1] = replace(chain[1], xml=chain[1].xml.replace("Без", "Със"))

    assert step_record.verify(chain) == Problem(Flaw.ALTERED, 102, 1, 2)


def test_text_altered_together_with_its_digest_is_found_at_the_next_record():
    chain = make_chain(3)
    xml = chain[1].xml.replace("Без", "Със")
    chain[1] = replace(chain[1], xml=xml, digest=step_record.compute_digest(xml))

    assert step_record.verify(chain) == Problem(Flaw.ALTERED, 103, 1, 3)


def test_altered_column_is_found():
    chain = make_chain(3)
    chain[2] = replace(chain[2], current={"act/code": "disagree"})

    assert step_record.verify(chain) == Problem(Flaw.ALTERED, 103, 1, 3)


def test_missing_record_is_found():
    chain = make_chain(3)
    del chain[1]

    assert step_record.verify(chain) == Problem(Flaw.MISSING, 103, 1, 3)


def test_missing_first_record_is_found():
    assert step_record.verify(make_chain(3)[1:]) == Problem(Flaw.MISSING, 102, 1, 2)


def test_record_at_a_taken_place_is_found():
    chain = make_chain(3)

    assert step_record.verify([*chain[:2], replace(chain[1], key=900), chain[2]]) == Problem(Flaw.ADDED, 900, 1, 2)


def test_record_moved_to_another_document_is_found():
    first, other = make_chain(2), make_chain(2, chain=2)

    assert step_record.verify([first[0], replace(other[1], chain=1)]) == Problem(Flaw.ALTERED, 202, 1, 2)


def test_what_else_was_decided_is_written_and_read() -> None:
    facts = (("Срок", "15.01.2199"), ("Задача", 'Проверка <на> "имота" & строежа'))
    xml = step_record.write(replace(AGREEMENT, act=replace(AGREEMENT.act, facts=facts)), 1, GENESIS)
    SCHEMA.assertValid(etree.fromstring(xml))

    assert step_record.read_facts(xml) == list(facts)
    assert step_record.read_facts("<not a record") == []
