"""A file, its class and its model have one name."""

import ast

from source import Source, list_sources


def list_models(source: Source) -> list[tuple[str, str]]:
    """List the classes of a file with the model that each makes or extends."""
    found = []
    for node in source.tree.body:
        if isinstance(node, ast.ClassDef):
            values = {
                target.id: statement.value.value
                for statement in node.body
                if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)
                for target in statement.targets
                if isinstance(target, ast.Name)
            }
            if model := values.get("_name") or values.get("_inherit"):
                found.append((node.name, str(model)))
    return found


def test_file_begins_with_the_name_of_a_model_of_its() -> None:
    offences = [
        source.name
        for source in list_sources("models", "wizard")
        if (models := list_models(source))
        if not any(source.path.stem.startswith(model.replace(".", "_")) for _name, model in models)
    ]
    assert not offences, offences


def test_class_has_the_name_of_its_model() -> None:
    offences = [
        f"{source.name}: {name} is {model}"
        for source in list_sources("models", "wizard")
        for name, model in list_models(source)
        if name.lower() != model.replace(".", "").replace("_", "").lower()
    ]
    assert not offences, offences


def test_models_of_ours_begin_with_oa() -> None:
    made = [
        str(node.value.value)
        for source in list_sources("models", "wizard")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        if any(isinstance(target, ast.Name) and target.id == "_name" for target in node.targets)
        # A model of Odoo is named again where a mixin is added to it.
        if f'_inherit = ["{node.value.value}", ' not in "\n".join(source.lines)
    ]
    assert not [name for name in made if not name.startswith("oa.")]
