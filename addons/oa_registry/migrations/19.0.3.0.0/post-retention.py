"""Terms that run from an event had it in the note; now the event is a field of its own and the term waits for its day."""


def migrate(cr, version):
    cr.execute("""
        UPDATE oa_case_class SET retention_start = 'event', retention_event = retention_note, retention_note = NULL
         WHERE parent_id IS NOT NULL AND retention != 'permanent' AND retention_note LIKE 'след изтичане%'
    """)
