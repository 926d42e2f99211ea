"""Cards of phones ask only for fields that they load."""

import re
from xml.etree import ElementTree

import pytest
from source import ADDONS

ASKED = re.compile(r"\brecord\.(\w+)")
VIEWS = sorted(path for path in ADDONS.glob("oa_*/*/*.xml") if path.parent.name in {"views", "wizard"})


def find_unloaded(arch):
    """Name the fields that the expressions of a kanban read without a <field> that loads them."""
    loaded = {field.get("name") for field in arch.iter("field")}
    asked = {name for node in arch.iter() for value in node.attrib.values() for name in ASKED.findall(value)}
    return asked - loaded


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: f"{path.parts[-3]}/{path.name}")
def test_card_reads_only_fields_that_it_loads(path):
    unloaded = [name for kanban in ElementTree.parse(path).iter("kanban") for name in find_unloaded(kanban)]
    assert unloaded == []


def test_field_that_nobody_loads_is_found():
    arch = ElementTree.fromstring('<kanban><t t-if="record.state.raw_value"/><field name="name"/></kanban>')
    assert find_unloaded(arch) == {"state"}
