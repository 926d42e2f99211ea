# Fed to `odoo shell`: print what the registers say about themselves as one line of JSON.
import json
import os

problems = env["oa.register"]._verify_all()
if os.environ.get("OA_VERIFY_FILES"):
    for register, problem in problems.items():
        problems[register] = problem or register._find_file_flaw()[0]
books = [
    {
        "register": f"{register.company_id.name}, {register.name}",
        "entries": register.entry_count,
        "ok": problem is None,
        "problem": problem and register._explain_problem(register, problem),
    }
    for register, problem in problems.items()
]
problem = env["oa.register"]._find_journal_flaw()
rows = sum(env["oa.journal.seal"].search([]).mapped("count"))
books.append({"register": "Журнал", "entries": rows, "ok": not problem, "problem": problem})
if "oa.step.record" in env:
    acts = env["oa.step.record"]
    problem = acts._verify()
    books.append({
        "register": "Действия по документи", "entries": acts._count_acts(), "ok": not problem,
        "problem": problem and acts._explain_problem(problem),
    })  # fmt: skip
env.cr.commit()
print("REGISTERS " + json.dumps(books))
