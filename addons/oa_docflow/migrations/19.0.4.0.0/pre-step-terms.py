"""The term of a step is an amount and what it is counted in."""


def migrate(cr, version):
    if not version:
        return
    for table in ("oa_procedure_step", "oa_route_step"):
        cr.execute("SELECT 1 FROM information_schema.columns WHERE table_name = %s AND column_name = 'term_days'", [table])
        if cr.fetchone():
            cr.execute(f"ALTER TABLE {table} RENAME COLUMN term_days TO term_amount")
    cr.execute("UPDATE oa_procedure_step SET term_amount = 1 WHERE term_amount IS NULL OR term_amount < 1")
