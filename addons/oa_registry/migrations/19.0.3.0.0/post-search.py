"""Files that are already there wait to be read, the newest documents' words first."""

from odoo.addons.oa_registry.adapters import text_reader


def migrate(cr, version):
    cr.execute("SELECT DISTINCT mimetype FROM oa_document_file")
    readable = [mimetype for (mimetype,) in cr.fetchall() if text_reader.is_readable(mimetype)]
    cr.execute(
        """INSERT INTO oa_document_text (file_id, document_id, company_id, state, create_date, write_date)
           SELECT file.id, file.document_id, file.company_id, 'waiting', now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
           FROM oa_document_file file
           WHERE file.mimetype = ANY(%s) AND NOT EXISTS (SELECT 1 FROM oa_document_text text WHERE text.file_id = file.id)
           ORDER BY file.id""",
        [readable],
    )
