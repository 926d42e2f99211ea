"""Registry offices see their documents, and the lines of the restricted ones: the words are added to what is stored."""


def migrate(cr, version):
    """Add the word of the office to every registered document; the rest of the words is as before."""
    cr.execute("""
        UPDATE oa_document document SET access_principals = (
            SELECT array_agg(DISTINCT word COLLATE "C" ORDER BY word COLLATE "C")
            FROM unnest(document.access_principals
                        || (CASE WHEN access_level = 'free' THEN 'o:' ELSE 'm:' END || document.office_id::text)) AS word)
        WHERE register_entry_id IS NOT NULL AND office_id IS NOT NULL
    """)
