# Fed to `odoo shell`: everybody of the demo speaks Bulgarian and lives in Bulgaria.
users = env["res.users"].with_context(active_test=False).search([])  # noqa: F821 - given by odoo shell
users.write({"lang": "bg_BG", "tz": "Europe/Sofia"})
env["ir.default"].set("res.partner", "lang", "bg_BG")  # noqa: F821
env.company.write({"country_id": env.ref("base.bg").id})  # noqa: F821
env.cr.commit()  # noqa: F821
