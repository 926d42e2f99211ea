# Fed to `odoo shell`: compile the bundles that pages use, so that no test and no first visitor waits for them.
SCRIPTS_AND_STYLES = ("web.assets_web", "web.assets_frontend", "web.assets_tests")
SCRIPTS = ("web.assets_frontend_lazy", "web.assets_frontend_minimal", "bus.websocket_worker_assets")
STYLES = ("web.assets_web_dark", "web.assets_web_print", "web.report_assets_common")

qweb = env["ir.qweb"]
for bundle in (*SCRIPTS_AND_STYLES, *SCRIPTS):
    qweb._get_asset_bundle(bundle, css=False, js=True).js()
for bundle in (*SCRIPTS_AND_STYLES, *STYLES):
    styles = qweb._get_asset_bundle(bundle, css=True, js=False)
    styles.css()
    if styles.css_errors:
        # Odoo would serve a page without styles and say so only in the browser.
        raise SystemExit("\n".join(error.splitlines()[0] for error in styles.css_errors))
env.cr.commit()
