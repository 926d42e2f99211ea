def post_init_hook(env):
    """The first administration gets books, classes and an office to begin with."""
    env.ref("base.main_company")._load_registry_template()
    env["res.users"]._set_official_zone()
