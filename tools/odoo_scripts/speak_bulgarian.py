# Fed to `odoo shell`: everybody of the demo speaks Bulgarian and lives in Bulgaria.
users = env["res.users"].with_context(active_test=False).search([])
users.write({"lang": "bg_BG", "tz": "Europe/Sofia"})
env["ir.default"].set("res.partner", "lang", "bg_BG")
env.company.write({"country_id": env.ref("base.bg").id})
env.cr.commit()
