import io
import zipfile

import pytest
from oa_docflow.adapters import office, office_template
from oa_docflow.core.errors import OfficeError
from oa_docflow.core.template_fields import KNOWN_NAMES, get_sample, list_unknown
from office_samples import make_docx, make_odt, pack, paragraph

ONE = {"име": "Община Кула", "адрес": "пл. 1"}
TWO = {"име": "Община <Видин> & Ко", "адрес": "пл. 2"}
MAKERS = {
    "docx": (make_docx, paragraph),
    "odt": (make_odt, lambda *runs: "<text:p>" + "".join(f"<text:span>{run}</text:span>" for run in runs) + "</text:p>"),
}


@pytest.fixture(params=list(MAKERS))
def maker(request):
    return MAKERS[request.param]


def read_filled(data, **values):
    return office_template.read_paragraphs(office_template.fill(data, values))


def test_a_field_that_the_editor_has_cut_into_pieces_is_filled(maker):
    make, line = maker
    data = make(line("Относно: {", "{ отно", "сно }", "}", " и край"))

    assert read_filled(data, относно="A & <b>") == ["Относно: A & <b> и край"]


def test_a_lone_condition_takes_its_paragraphs_away(maker):
    make, line = maker
    data = make(line("{% if срок %}") + line("Срок: {{ срок }}") + line("{% endif %}") + line("край"))

    assert read_filled(data, срок="") == ["край"]
    assert read_filled(data, срок="2.12") == ["Срок: 2.12", "край"]


def test_a_list_repeats_its_paragraphs(maker):
    make, line = maker
    data = make(line("{% for лице in получатели %}") + line("До {{ лице.име }}") + line("{% endfor %}"))

    assert read_filled(data, получатели=[ONE, TWO]) == ["До Община Кула", "До Община <Видин> & Ко"]


def test_a_list_repeats_the_rows_of_a_table():
    cell = "<w:tc>{}</w:tc>".format
    rows = "".join(
        f"<w:tr>{cell(paragraph(text))}{cell(paragraph(other))}</w:tr>"
        for text, other in (("{% for лице in получатели %}", ""), ("{{ лице.име }}", "{{ лице.адрес }}"), ("{% endfor %}", ""))
    )

    filled = office_template.fill(make_docx(f"<w:tbl>{rows}</w:tbl>"), {"получатели": [ONE, TWO]})

    assert office_template.read_paragraphs(filled) == ["Община Кула", "пл. 1", "Община <Видин> & Ко", "пл. 2"]
    document = zipfile.ZipFile(io.BytesIO(filled)).read("word/document.xml").decode()
    assert document.count("<w:tr>") == 2


def test_quotes_of_an_editor_and_lines_of_a_value_are_understood(maker):
    make, line = maker
    data = make(line("{% if вид == “Писмо” %}да{% endif %} {{ текст }}"))

    assert read_filled(data, вид="Писмо", текст="ред 1\nред 2") == ["да ред 1\nред 2"]


def test_marks_are_replaced_also_when_an_editor_has_cut_them(maker):
    make, line = maker
    data = make(line("№ [[рег_", "номер]] от [[дата]]"))

    marked = office_template.replace_marks(data, {"[[рег_номер]]": "РД-1 & <2>", "[[дата]]": "1.12"})

    assert office_template.read_paragraphs(marked) == ["№ РД-1 & <2> от 1.12"]


def test_a_value_is_never_read_as_a_template(maker):
    make, line = maker

    assert read_filled(make(line("{{ относно }}")), относно="{{ 7 * 7 }} {% x %}") == ["{{ 7 * 7 }} {% x %}"]


def test_fields_are_listed_and_the_unknown_named(maker):
    make, line = maker
    data = make(line("{{ относно }} {% for лице in получатели %}{{ лице.име }}{% endfor %} {{ фирма }}"))

    assert list_unknown(office_template.list_fields(data)) == ["фирма"]


def test_every_known_field_has_a_sample():
    assert set(get_sample()) == KNOWN_NAMES


@pytest.mark.parametrize(
    "evil",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ относно.__init__.__globals__ }}",
        "{{ относно.format.__self__ }}",
        "{{ [].append.__globals__ }}",
        "{{ относно|attr('__class__') }}",
    ],
)
def test_the_sandbox_gives_nothing_of_python_away(evil):
    try:
        text = " ".join(read_filled(make_docx(paragraph(evil)), относно="x"))
    except OfficeError:
        return
    assert "class" not in text
    assert "globals" not in text


def test_a_template_that_never_ends_is_stopped():
    loops = "{% for a in range(99999) %}{% for b in range(99999) %}{{ a }}{% endfor %}{% endfor %}"

    with pytest.raises(OfficeError) as refused:
        office.fill(make_docx(paragraph(loops)), {})

    assert refused.value.code == "office_too_hard"


def test_a_broken_condition_says_what_is_wrong():
    with pytest.raises(OfficeError) as refused:
        office.list_fields(make_docx(paragraph("{% if срок %}")))

    assert refused.value.code == "office_syntax"
    assert refused.value.detail


RELATION = '<Relationships><Relationship Id="r" Type="http://x/{}" Target="http://evil.example/x" TargetMode="External"/></Relationships>'
BAD = {
    "office_damaged": b"no zip",
    "office_other_type": pack({"some.txt": "x"}),
    "office_macros docx": make_docx("", {"word/vbaProject.bin": "x"}),
    "office_macros types": make_docx("", {"[Content_Types].xml": "<Types>application/vnd.ms-word.document.macroEnabled.main+xml</Types>"}),
    "office_macros odt": make_odt("", {"Basic/Standard/Module1.xml": "<x/>"}),
    "office_macros event": make_odt('<office:event-listeners xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>'),
    "office_embedded": make_docx("", {"word/embeddings/oleObject1.bin": "x"}),
    "office_outside template": make_docx("", {"word/_rels/settings.xml.rels": RELATION.format("attachedTemplate")}),
    "office_outside field": make_docx("<w:p><w:r><w:instrText>INCLUDETEXT C:/x</w:instrText></w:r></w:p>"),
    "office_outside picture": make_odt('<text:p><draw:image xlink:href="http://evil.example/x.png"/></text:p>'),
    "office_damaged entity": make_docx("", {"word/document.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
}


@pytest.mark.parametrize("case", list(BAD))
def test_what_brings_programs_or_reaches_outside_is_refused(case):
    with pytest.raises(OfficeError) as refused:
        office_template.list_fields(BAD[case])

    assert refused.value.code == case.split()[0]


def test_a_link_to_a_page_is_no_harm():
    data = make_docx(paragraph("x"), {"word/_rels/document.xml.rels": RELATION.format("relationships/hyperlink")})

    assert office_template.list_fields(data) == []


def test_a_bomb_is_refused_before_it_is_unpacked():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (120 << 20))

    with pytest.raises(OfficeError) as refused:
        office_template.list_fields(target.getvalue())

    assert refused.value.code == "office_too_big"
