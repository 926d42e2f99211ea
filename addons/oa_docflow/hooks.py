def post_init_hook(env):
    """Words of fields that our models inherit stand in the catalogues of the leaves, which were read before our models came."""
    languages = [code for code, _name in env["res.lang"].get_installed()]
    env["ir.module.module"]._load_module_terms(["oa_registry", "oa_signing"], languages)
