import inspect

from odoo.tests import TransactionCase, tagged


def list_part_files(model):
    """Our classes of the model in the order in which a method is looked for; mixins and wrappers of the registry are none."""
    classes = [cls for cls in type(model).__mro__ if cls.__module__.startswith("odoo.addons.oa_registry.")]
    return [cls for cls in classes if model._name in (vars(cls).get("_name"), vars(cls).get("_inherit"))]


def calls_super(method):
    return "super(" in inspect.getsource(getattr(method, "__func__", method))


@tagged("post_install", "-at_install")
class TestModelFiles(TransactionCase):
    def test_no_part_of_a_model_hides_what_another_part_adds(self):
        hidden = []
        for name in sorted(self.env.registry):
            classes = list_part_files(self.env[name])
            for number, cls in enumerate(classes):
                own = {method: value for method, value in vars(cls).items() if callable(value) and not method.startswith("__")}
                hidden += [
                    f"{cls.__module__} hides {name}.{method} of {other.__module__}"
                    for method, value in own.items()
                    for other in classes[number + 1 :]
                    if method in vars(other) and not calls_super(value)
                ]
        self.assertFalse(hidden)
