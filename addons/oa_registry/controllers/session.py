from odoo.addons.web.controllers.session import Session
from odoo.http import request, route


class JournalSession(Session):
    """Leaving is in the journal as coming is."""

    @route()
    def logout(self, *args, **kwargs):
        _log_logout()
        return super().logout(*args, **kwargs)

    @route()
    def destroy(self):
        _log_logout()
        return super().destroy()


def _log_logout():
    if request.session.uid and request.db:
        user = request.env(user=request.session.uid)["res.users"].browse(request.session.uid)
        user.env["oa.journal.entry"]._log(user, "logout")
