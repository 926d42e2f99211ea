"""Personal data needs a right from now on: whoever registers keeps it, and the demo's numbers move into their own field."""


def migrate(cr, version):
    """Give the right to clerks and head registrars; others get it from the administrator."""
    cr.execute("""
        WITH named AS (SELECT name, res_id FROM ir_model_data WHERE module = 'oa_registry' AND model = 'res.groups')
        INSERT INTO res_groups_users_rel (gid, uid)
        SELECT own.res_id, holder.uid
        FROM named role JOIN res_groups_users_rel holder ON holder.gid = role.res_id, named own
        WHERE role.name IN ('oa_registry_group_clerk', 'oa_registry_group_head_registrar') AND own.name = 'oa_registry_group_personal_data'
        ON CONFLICT DO NOTHING
    """)
    cr.execute("""
        UPDATE res_partner partner SET oa_personal_number = partner.ref, ref = NULL
        FROM ir_model_data data
        WHERE data.module = 'oa_registry' AND data.model = 'res.partner' AND data.name LIKE 'partner_citizen_%'
          AND data.res_id = partner.id AND partner.oa_personal_number IS NULL AND partner.ref ~ '^[0-9]{10}$'
    """)
