"""Rows of the first version get their kind of act, their object and their digest; the chain begins with them as they are."""

from odoo import SUPERUSER_ID, api

_BATCH = 5000


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute("ALTER TABLE oa_journal_entry DISABLE TRIGGER USER")
    cr.execute("""
        UPDATE oa_journal_entry entry SET object_name = document.number
          FROM oa_document document WHERE document.id = entry.document_id AND entry.object_name IS NULL
    """)
    cr.execute("UPDATE oa_journal_entry SET txid = 1 WHERE txid IS NULL")
    for action, category in env["oa.journal.entry"]._get_categories().items():
        cr.execute("UPDATE oa_journal_entry SET category = %s WHERE action = %s AND category IS NULL", [category, action])
    seals, entries, last_id = env["oa.journal.seal"], env["oa.journal.entry"], 0
    while rows := seals._read_unmarked(last_id, _BATCH):
        cr.execute_values(
            "UPDATE oa_journal_entry entry SET digest = row.digest FROM (VALUES %s) row(id, digest) WHERE entry.id = row.id",
            [(row["id"], entries._compute_digest(row)) for row in rows],
        )
        last_id = rows[-1]["id"]
    cr.execute("ALTER TABLE oa_journal_entry ENABLE TRIGGER USER")
