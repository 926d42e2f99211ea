"""What a document is about: a sentence for each kind, made from common and rare words, places and numbers."""

from .words import FIRM_FORMS, PLACES, WORDS

TEMPLATES = {
    "З": (
        "Заявление за {service} за {property}",
        "Заявление за {service}, подадено чрез пълномощник",
        "Заявление за издаване на служебна бележка за {topic} в {settlement}",
    ),
    "З1972": ("Заявление за удостоверение за наличие или липса на акт за държавна собственост за {property}",),
    "ИСК": (
        "Искане за {service} за {property}",
        "Искане за съдействие – {topic}, {settlement}",
        "Искане за предоставяне за управление на {property}",
    ),
    "Ж": ("Жалба срещу заповед № {n} на кмета на община {municipality} – {topic}", "Жалба от жители на {settlement} за {topic}"),
    "С": ("Сигнал за {topic} в {settlement}", "Сигнал за {topic} до {property}"),
    "П": ("Предложение за {topic} в община {municipality}", "Предложение за {topic}, {rare} и {rare2}"),
    "ПВ": (
        "Писмо относно {topic} на територията на община {municipality}",
        "Отговор на писмо № {n} относно {topic}",
        "Информация за {topic} в {settlement} за {year} г.",
    ),
    "ПК": ("Покана за заседание по въпросите на {topic}", "Покана за откриване на обект „{rare}“ в {settlement}"),
    "ЗДОИ": (
        "Заявление за достъп до обществена информация: разходи за {topic} за {year} г.",
        "Достъп до обществена информация за {property}",
    ),
    "РОС": (
        "Решение № {n} на Общинския съвет – {municipality} за {topic}",
        "Решение № {n} на Общинския съвет – {municipality} за разпореждане с {property}",
    ),
    "ПОС": ("Протокол № {n} от заседание на Общинския съвет – {municipality}",),
    "СА": ("Решение № {n} по адм. д. № {n2}/{year} г. за {property}", "Определение по адм. д. № {n2}/{year} г. – {topic}"),
    "ПР": ("Призовка по гр. д. № {n2}/{year} г.",),
    "ЗП": ("Запитване за {topic} в {settlement}", "Запитване за {property}"),
    "СТВ": ("Становище по проект за {topic}, община {municipality}", "Становище за {property}"),
    "О": ("Оферта за {topic}, обособена позиция № {d}", "Оферта за доставка: {rare}, {rare2}"),
    "Ф": ("Фактура № {n}{n2} – {topic}",),
    "УВ": ("Уведомление за {topic} в {settlement}", "Уведомление по чл. 61 от АПК за {property}"),
    "ДА": ("Документи за апостил: удостоверение № {n} от община {municipality}",),
    "М": ("Молба за ползване на платен отпуск", "Молба за допълнително обучение – {rare}"),
    "ПО": ("Отговор на преписка с вх. № {reply}", "Отговор относно {topic} в {settlement}"),
    "ПП": ("Придружително писмо към документи за {property}",),
    "ПРК": ("Препращане по компетентност – {topic} в {settlement}",),
    "УД": ("Удостоверение за наличие или липса на акт за държавна собственост за {property}", "Удостоверение за {service}"),
    "ЗК": ("Заверено копие от акт за държавна собственост № {n} за {property}",),
    "РДОИ": ("Решение за предоставяне на достъп до обществена информация за {topic}",),
    "ОТ": ("Отказ за {service} за {property}",),
    "УН": ("Уведомление за отстраняване на нередовности по преписка с вх. № {reply}",),
    "СТ": ("Становище по {topic}, община {municipality}",),
    "АП": ("Апостил на удостоверение № {n} от община {municipality}",),
    "ЗПВ": ("Заповед за назначаване на комисия по {topic}", "Заповед за определяне на длъжностни лица – {topic}"),
    "ЗДС": ("Заповед за отписване от актовите книги на {property}", "Заповед за предоставяне за управление на {property}"),
    "ЗЧР": ("Заповед за отпуск на служител", "Заповед за преназначаване – {rare}"),
    "ЗКМ": ("Заповед за командировка до {settlement} – {topic}",),
    "ДЗ": ("Докладна записка относно {topic} в {settlement}", "Докладна записка за проверка на {property}"),
    "ДК": ("Доклад за {topic} през {year} г.",),
    "СП": ("Справка за {topic} в община {municipality}", "Справка за имоти: {property}"),
    "ПРТ": ("Протокол от заседание по {topic}", "Протокол от оглед на {property}"),
    "Д": ("Договор за {topic}, {firm}", "Договор за наем на {property}"),
    "А": ("Анекс № {d} към договор № {n} – {firm}",),
    "АДС": ("Акт № {n} за държавна собственост на {property}",),
    "РС": ("Разрешение за строеж № {n} – {topic}, {settlement}",),
}
ANY = ("{topic} в {settlement}", "{topic}, {rare}, {year} г.")
KINDS_OF_PROPERTY = (
    "поземлен имот",
    "сграда",
    "УПИ",
    "гараж",
    "стопански двор",
    "бивш склад",
    "казарма",
    "почивна станция",
    "пасище",
    "трафопост",
)


class Subjects:
    """Sentences from one source of chance."""

    def __init__(self, rng, region):
        self.rng, self.places = rng, PLACES[region]
        self.municipalities = list(self.places)
        self.pick = rng.choice

    def write(self, kind_code, reply_number=""):  # pylint: disable=method-required-super  # no Odoo model
        rng, pick = self.rng, self.pick
        municipality = pick(self.municipalities)
        words = {
            "municipality": municipality,
            "settlement": f"с. {pick(self.places[municipality])}" if rng.random() < 0.7 else f"гр. {municipality}",
            "topic": pick(WORDS["topics"]),
            "rare": pick(WORDS["rare"]),
            "rare2": pick(WORDS["rare"]),
            "service": pick(WORDS["services"]),
            "reply": reply_number or rng.randrange(1, 9000),
            "n": rng.randrange(1, 3000),
            "n2": rng.randrange(1, 900),
            "d": rng.randrange(1, 9),
            "year": rng.randrange(2015, 2027),
        }
        template = pick(TEMPLATES.get(kind_code, ANY))
        if "{property}" in template:
            words["property"] = self.name_property(municipality)
        if "{firm}" in template:
            words["firm"] = self.name_firm()
        text = template.format_map(words)
        return text[0].upper() + text[1:]

    def name_property(self, municipality):
        rng, pick = self.rng, self.pick
        kind = pick(KINDS_OF_PROPERTY)
        if rng.random() < 0.6:
            # A cadastral identifier: almost every one is the only one of its kind.
            return f"{kind} с идентификатор {rng.randrange(10000, 87000)}.{rng.randrange(1, 900)}.{rng.randrange(1, 9000)}"
        return f"{kind} в местността „{pick(WORDS['woods'])}“, землище на с. {pick(self.places[municipality])}"

    def name_firm(self):
        number = self.rng.randrange(1, 120)
        return f"„{self.pick(WORDS['firm_words'])}{f' {number}' if number < 60 else ''}“ {self.pick(FIRM_FORMS)}"
