"""Correspondents: invented persons and firms with right check digits, and the bodies that everybody writes to."""

from .bulk import Table
from .identities import make_egn, make_eik
from .words import FIRM_FORMS, PLACES, WORDS

ZIPS = {"Видин": "3700", "Враца": "3000", "Монтана": "3400"}


def name_person(rng):
    """A full name and whether it is a man's."""
    is_man = rng.random() < 0.5
    first = rng.choice(WORDS["men" if is_man else "women"])
    father, family = rng.choice(WORDS["men"]), rng.choice(WORDS["families"])
    middle = f"{father.rstrip('йоаеия')}ов"
    return f"{first} {_fit(middle, is_man)} {_fit(family, is_man)}", is_man


def _fit(family, is_man):
    if is_man:
        return family
    return f"{family[:-1]}а" if family.endswith("и") else f"{family}а"


def create_correspondents(env, office, region_count, rng):
    """Partners of one administration: bodies and municipalities first, persons and firms after them."""
    partners = Table(
        env["res.partner"], "name", "complete_name", "is_company", "active", "type", "lang", "country_id", "city", "zip", "street",
        "oa_personal_number", "oa_is_personal", "company_registry", "partner_share", "commercial_partner_id",
    )  # fmt: skip
    region = next((name for name in PLACES if name == office.company.city), "Видин")
    rows = [(name, True, office.company.city, None, None) for name in WORDS["bodies"]]
    rows += [(f"Община {name}", True, name, None, None) for name in PLACES[region]]
    rows += [_invent(rng, region) for _number in range(region_count)]
    country_id, ids = env.ref("base.bg").id, partners.take_ids(len(rows))
    found = []
    for name, is_company, city, egn, registry in rows:
        partner_id = next(ids)
        street = f"ул. „{rng.choice(WORDS['streets'])}“ № {rng.randrange(1, 90)}"
        partners.add(
            partner_id, name, name, is_company, True, "contact", "bg_BG", country_id, city, ZIPS[region], street, egn, not is_company,
            registry, True, partner_id,
        )  # fmt: skip
        found.append(partner_id)
    partners.send()
    return found


def _invent(rng, region):
    municipality = rng.choice(list(PLACES[region]))
    city = rng.choice(PLACES[region][municipality]) if rng.random() < 0.5 else municipality
    if rng.random() < 0.25:
        name = f"„{rng.choice(WORDS['firm_words'])} {rng.randrange(1, 400)}“ {rng.choice(FIRM_FORMS)}"
        return name, True, city, None, make_eik(rng)
    name, is_man = name_person(rng)
    return name, False, city, make_egn(rng, is_man), None
