"""The fields that a template in DOCX or ODT may use: a Bulgarian name, what it is, and what stands there in the sample."""

from collections.abc import Iterable
from dataclasses import dataclass

NUMBER, DAY, NUMBER_WITH_DAY = "рег_номер", "дата", "рег_номер_и_дата"
LATE_FIELDS = (NUMBER_WITH_DAY, NUMBER, DAY)
"""Known only when the document is registered: a draft keeps a mark in their place."""
EMPTY = "…………"

Value = str | list[str] | list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class KnownField:
    """One field of a template."""

    name: str
    label: str
    sample: Value


KNOWN: tuple[KnownField, ...] = (
    KnownField(NUMBER, "регистрационен номер", "000911-127"),
    KnownField(DAY, "дата на регистрация", "22.11.2026"),
    KnownField(NUMBER_WITH_DAY, "регистрационен номер и дата", "000911-127-22.11.2026"),
    KnownField("относно", "относно", "Отговор по заявление за удостоверение"),
    KnownField("вид", "вид на документа", "Писмо-отговор"),
    KnownField("текст", "текстът на документа", "Примерен текст на документа."),
    KnownField(
        "абзаци",
        "текстът по абзаци: {% for абзац in абзаци %}{{ абзац }}{% endfor %}",
        ["Първи абзац на примерния текст.", "Втори абзац на примерния текст."],
    ),
    KnownField("получател", "имената на получателите", "Община Белоградчик"),
    KnownField("адрес_на_получателя", "адресът на първия получател", "ул. „Княз Борис I“ 6, 3900 Белоградчик"),
    KnownField(
        "получатели",
        "списък: {% for лице in получатели %}{{ лице.име }}, {{ лице.адрес }}{% endfor %}",
        [
            {"име": "Община Белоградчик", "адрес": "ул. „Княз Борис I“ 6, 3900 Белоградчик", "поща": "obshtina@belogradchik.example"},
            {"име": "Община Кула", "адрес": "ул. „Възраждане“ 38, 3800 Кула", "поща": "obshtina@kula.example"},
        ],
    ),
    KnownField("ваш_номер", "номерът на подателя („На Ваш №“)", "ОБ-45"),
    KnownField("ваша_дата", "датата на подателя", "10.11.2026"),
    KnownField("наш_номер", "нашият номер на документа, на който се отговаря", "000911-98"),
    KnownField("наша_дата", "кога е регистриран документът, на който се отговаря", "12.11.2026"),
    KnownField("наше_относно", "относно на документа, на който се отговаря", "Заявление за удостоверение"),
    KnownField("заявител", "подателят на документа, на който се отговаря", "Иван Петров Пример"),
    KnownField("преписка", "номер на преписката", "000911-98-12.11.2026"),
    KnownField("срок", "крайният срок", "02.12.2026"),
    KnownField("администрация", "име на администрацията", "Областна администрация Пример"),
    KnownField("град", "град на администрацията", "Видин"),
    KnownField("адрес", "адрес на администрацията", "ул. „Дунавска“ 6, 3700 Видин"),
    KnownField("телефон", "телефон на администрацията", "+359 94 000 000"),
    KnownField("поща", "е-поща на администрацията", "delovodstvo@oblast.example"),
    KnownField("подписващ", "името на подписващия", "Име Презиме Фамилия"),
    KnownField("длъжност_на_подписващия", "длъжността на подписващия", "Областен управител"),
    KnownField("автор", "името на автора", "Име Презиме Автор"),
    KnownField("длъжност_на_автора", "длъжността на автора", "Главен експерт"),
    KnownField("звено", "звеното на автора", "Дирекция АКРРДС"),
    KnownField("днес", "денят на попълването", "22.11.2026"),
    KnownField(
        "приложения", "списък: {% for приложение in приложения %}{{ приложение.име }}{% endfor %}", [{"име": "Скица", "листа": "2"}]
    ),
)
KNOWN_NAMES = frozenset(field.name for field in KNOWN)


def get_sample() -> dict[str, Value]:
    """A value for each known field."""
    return {field.name: field.sample for field in KNOWN}


def list_unknown(names: list[str]) -> list[str]:
    """The names that no template may use, each once."""
    return sorted(set(names) - KNOWN_NAMES)


def describe_known() -> str:
    """One line for each known field."""
    return "\n".join(f"{{{{ {field.name} }}}} – {field.label}" for field in KNOWN)


def make_mark(name: str) -> str:
    """What stands in a draft in the place of a late field."""
    return f"[[{name}]]"


def has_number_and_day(names: Iterable[str]) -> bool:
    """True when number and date have a place, together or each its own."""
    found = set(names)
    return NUMBER_WITH_DAY in found or {NUMBER, DAY} <= found


def keeps_marks(text: str) -> bool:
    """True when whoever edited the draft has left a place for its number and date."""
    return has_number_and_day(name for name in LATE_FIELDS if make_mark(name) in text)
