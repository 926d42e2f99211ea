# Fed to `odoo shell`: one process, three databases in turns, each call with a cursor and an environment of its own as a request has.
import gc
import json
import os
import statistics
import time
from contextlib import contextmanager

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

SMALL, LARGE, OCA = os.environ["OA_BENCH_SMALL"], os.environ["OA_BENCH_LARGE"], os.environ["OA_BENCH_OCA"]
AUTHOR, DIRECTOR, SECRETARY, GOVERNOR = "vidin.expert.ds", "vidin.director.akrrds", "vidin.sg", "vidin.governor"
FEW, MANY, STEPS, ROUNDS, BATCH = 10, int(os.environ["OA_BENCH_MANY"]), int(os.environ["OA_BENCH_STEPS"]), 15, 100
WARM = 3
COUNTED = 1001
"""The list counts one more than it shows before "+", as its view says."""


@contextmanager
def session(database, login=None):
    with Registry(database).cursor() as cr:
        root = api.Environment(cr, SUPERUSER_ID, {})
        user = root["res.users"].search([("login", "=", login)]) if login else root.user
        context = {"lang": "bg_BG", "tz": "Europe/Sofia", "allowed_company_ids": user.company_ids.ids[:1]}
        uid = user.id
        cr.commit()
        root.transaction.clear()
        yield api.Environment(cr, uid, context)


def spend(database, login, work):
    """CPU and wall milliseconds and the queries of one call, commit included."""
    with session(database, login) as env:
        gc.collect()
        gc.disable()
        queries, cpu, wall = env.cr.sql_log_count, time.thread_time(), time.perf_counter()
        work(env)
        env.cr.commit()
        spent = (time.thread_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000, env.cr.sql_log_count - queries
        gc.enable()
    return spent


def draft(database, count):
    with session(database, AUTHOR) as env:
        procedure = (
            env["oa.procedure"]
            .search([("kind_id.direction", "=", "internal"), ("code", "=", False), ("company_id", "=", env.company.id)])
            .filtered(lambda procedure: procedure.step_ids.mapped("act") == ["coordinate", "coordinate", "sign"])[:1]
        )
        assert procedure, "the demo has no memo procedure with two agreements and a signature"
        return (
            env["oa.document"]
            .create(
                [
                    {
                        "kind_id": procedure.kind_id.id,
                        "procedure_id": procedure.id,
                        "subject": f"Докладна записка № {number}",
                        "direction": "internal",
                        "body_html": "<p>Предлагам да се извърши проверка на имотите.</p>" * 5,
                    }
                    for number in range(count)
                ]
            )
            .ids
        )


def submit(database, ids):
    for start in range(0, len(ids), 100):
        with session(database, AUTHOR) as env:
            env["oa.document"].browse(ids[start : start + 100]).action_submit()


def request_tiers(ids):
    with session(OCA) as env:
        model = env["ir.model"]._get("oa.document")
        if not env["tier.definition"].search([("model_id", "=", model.id)]):
            people = {login: env["res.users"].search([("login", "=", login)]) for login in (DIRECTOR, SECRETARY, GOVERNOR)}
            env["tier.definition"].create(
                [
                    {
                        "name": login,
                        "model_id": model.id,
                        "review_type": "individual",
                        "reviewer_id": person.id,
                        "sequence": 30 - number,
                        "approve_sequence": True,
                        "company_id": False,
                    }
                    for number, (login, person) in enumerate(people.items())
                ]
            )
    with session(OCA) as env:
        documents = env["oa.document"].browse(ids)
        # Whoever reviews sees the document in both cases.
        documents._grant(env["res.users"].search([("login", "in", (DIRECTOR, SECRETARY, GOVERNOR))]), "bench")
    with session(OCA, AUTHOR) as env:
        env["oa.document"].browse(ids).request_validation()


def median(rows, place):
    return statistics.median(row[place] for row in rows)


def agree(ids):
    return lambda env: env["oa.document"].browse(ids).action_agree("Без бележки.")


def validate(ids):
    return lambda env: env["oa.document"].browse(ids).validate_tier()


def open_list(env):
    documents = env["oa.document"]
    names = ("name", "subject", "waiting_until", "state", "is_overdue")
    spec = {name: {} for name in names} | {name: {"fields": {"display_name": {}}} for name in ("kind_id", "author_id", "waiting_for_id")}
    answer = documents.web_search_read([], spec, limit=80, count_limit=COUNTED)
    assert len(answer["records"]) == 80


def look_at_desk(env):
    env["oa.document"].get_desk_counts()
    env["oa.document"].get_desk_items()


READS = {
    "systray": lambda env: env["res.users"]._get_activity_groups(),
    "waits_for_me": look_at_desk,
    "list_of_80": open_list,
}

steps = STEPS + WARM
submit(LARGE, draft(LARGE, MANY))
waiting = {}
for database in (SMALL, LARGE):
    waiting[database] = draft(database, steps)
    submit(database, waiting[database])
oca = draft(OCA, steps)
request_tiers(oca)
for database in (SMALL, LARGE, OCA):
    with session(database) as env:
        env.cr.execute("ANALYZE")

found = {}
for number in range(steps):
    for key, database, work in (
        ("ours", SMALL, agree([waiting[SMALL][number]])),
        ("oca", OCA, validate([oca[number]])),
        ("ours_many", LARGE, agree([waiting[LARGE][number]])),
    ):
        spent = spend(database, DIRECTOR, work)
        if number >= WARM:
            found.setdefault(key, []).append(spent)
batch_ids, single_ids = draft(SMALL, BATCH), draft(SMALL, BATCH)
submit(SMALL, batch_ids)
submit(SMALL, single_ids)


def approve_many(env):
    wizard = env["oa.document.agree"].with_context(active_ids=batch_ids).create({"comment": "Без бележки."})
    wizard.action_confirm()
    assert not wizard.line_ids.filtered("outcome")


batch = spend(SMALL, DIRECTOR, approve_many)
singles = [spend(SMALL, DIRECTOR, agree([one])) for one in single_ids]

with session(SMALL, DIRECTOR) as env:
    left = env["oa.document"].search_count([("is_my_turn", "=", True)])
submit(SMALL, draft(SMALL, max(FEW - left, 0)))
for database in (SMALL, LARGE):
    with session(database, DIRECTOR) as env:
        print("WAITING", database, env["oa.document"].search_count([("is_my_turn", "=", True)]))
for number in range(-WARM, ROUNDS):
    for name, work in READS.items():
        for size, database in (("small", SMALL), ("large", LARGE)):
            spent = spend(database, DIRECTOR, work)
            if number >= 0:
                found.setdefault(f"{name}_{size}", []).append(spent)

for name, rows in found.items():
    print(f"  {name:<20} {median(rows, 0):7.1f} ms CPU {median(rows, 1):7.1f} ms {median(rows, 2):5.0f} queries")
print(f"  {'batch of 100':<20} {batch[0]:7.1f} ms CPU {batch[1]:7.1f} ms {batch[2]:5.0f} queries")
growth = {"step": median(found["ours_many"], 1) / median(found["ours"], 1)}
growth |= {name: median(found[f"{name}_large"], 1) / median(found[f"{name}_small"], 1) for name in READS}
print(
    "BENCH "
    + json.dumps(
        {
            "step_cpu": median(found["ours"], 0) / median(found["oca"], 0),
            "growth": max(growth.values()),
            "batch": batch[0] / sum(row[0] for row in singles),
            "step_queries": median(found["ours"], 2),
            **{f"growth_{name}": value for name, value in growth.items()},
            "batch_wall": batch[1] / sum(row[1] for row in singles),
        }
    )
)
