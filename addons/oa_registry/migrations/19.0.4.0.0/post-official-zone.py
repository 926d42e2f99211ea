"""People and the scheduler who had no time zone work in that of the registers, so that "today" is one day for all."""


def migrate(cr, version):
    cr.execute("UPDATE res_partner SET tz = 'Europe/Sofia' WHERE tz IS NULL AND id IN (SELECT partner_id FROM res_users)")
