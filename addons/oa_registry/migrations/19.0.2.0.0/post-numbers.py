"""Annulments become events of their registers, with the person and the moment they had."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute("SELECT to_regclass('oa_register_annulment') IS NOT NULL")
    if not cr.fetchone()[0]:
        return
    cr.execute("""
        SELECT entry.register_id, entry.id, entry.document_id, annulment.at, annulment.by_id, annulment.reason
        FROM oa_register_annulment annulment JOIN oa_register_entry entry ON entry.id = annulment.entry_id
        WHERE NOT EXISTS (SELECT 1 FROM oa_register_event event WHERE event.entry_id = entry.id AND event.kind = 'annulment')
        ORDER BY annulment.at, annulment.id
    """)
    names = ("register_id", "entry_id", "document_id", "at", "by_id", "reason")
    rows = [{"kind": "annulment", **dict(zip(names, row, strict=True))} for row in cr.fetchall()]
    registers = env["oa.register"].browse({row["register_id"] for row in rows})
    # The table is of this transaction: no other cursor knows it yet, and nobody registers during an upgrade.
    env["oa.register.event"]._record(rows, env["oa.register.event"]._read_heads(cr, registers))
    cr.execute("DROP TABLE oa_register_annulment")
