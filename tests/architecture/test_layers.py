"""Who may know whom: rules 1 to 6 of the house."""

import ast
import sys

from source import ADDONS, LEAVES, TOP, Source, is_inside, list_addons, list_sources

SIGNING_LIBRARIES = ("pyhanko", "pyhanko_certvalidator", "asn1crypto", "cryptography", "lxml", "xmlsec", "signxml")
CORE_LIBRARIES = {"oa_signing": (*SIGNING_LIBRARIES, "reportlab", "PIL", "fontTools")}
EDGES = ("wizard", "report", "controllers")
OWN_FILE = {"oa_registry": "oa_document_registration.py", "oa_signing": "oa_document_signing.py"}
"""Rule 6: the one file of docflow that talks to each leaf."""
MODELS_OF = {
    "oa_registry": ("oa.register", "oa.register.entry"),
    "oa_signing": ("oa.signature", "oa.signature.check", "oa.signature.request", "oa.signing.key", "oa.certificate"),
}


def read_depends(addon: str) -> list[str]:
    return list(ast.literal_eval((ADDONS / addon / "__manifest__.py").read_text(encoding="utf-8")).get("depends", []))


def test_leaves_know_no_addon_of_ours() -> None:
    known = {leaf: [name for name in read_depends(leaf) if name.startswith("oa_")] for leaf in LEAVES if leaf in list_addons()}
    assert not any(known.values()), known


def test_docflow_stands_on_both_leaves() -> None:
    if TOP in list_addons():
        assert set(LEAVES) <= set(read_depends(TOP))


def test_core_imports_only_what_it_may() -> None:
    assert not list_offences(list_sources("core"), is_core_import)


def test_adapters_never_import_odoo() -> None:
    def is_allowed(source: Source, name: str) -> bool:
        own = (f"{source.addon}.core", f"{source.addon}.adapters")
        return not is_inside(name, "odoo", *list_addons()) or is_inside(name, *own)

    assert not list_offences(list_sources("adapters"), is_allowed)


def test_models_import_no_edges() -> None:
    def is_allowed(source: Source, name: str) -> bool:
        edges = [f"{source.addon}.{edge}" for edge in EDGES]
        return not is_inside(name, "odoo.http", *edges)

    assert not list_offences(list_sources("models"), is_allowed)


def test_addons_meet_only_in_the_orm() -> None:
    def is_allowed(source: Source, name: str) -> bool:
        others = [addon for addon in list_addons() if addon != source.addon]
        return not is_inside(name, *others) or (source.layer == "tests" and is_inside(name.partition(".")[2], "tests.common"))

    assert not list_offences((*list_sources(), *list_sources("tests")), is_allowed)


def test_one_file_of_docflow_talks_to_each_leaf() -> None:
    offences = [
        f"{source.name}:{line} uses {model}, which belongs to {OWN_FILE[leaf]}"
        for source in list_sources("models", "wizard", "controllers", "report")
        if source.addon == TOP
        for line, model in list_models_used(source)
        for leaf, models in MODELS_OF.items()
        if model in models and source.path.name != OWN_FILE[leaf]
    ]
    assert not offences, "\n".join(offences)


def is_core_import(source: Source, name: str) -> bool:
    top = name.partition(".")[0]
    if is_inside(name, f"{source.addon}.core") or top in CORE_LIBRARIES.get(source.addon, ()):
        return True
    return top in sys.stdlib_module_names


def list_models_used(source: Source) -> list[tuple[int, str]]:
    """List `env["model"]` with its line."""
    return [
        (node.lineno, str(node.slice.value))
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)
        if isinstance(node.value, ast.Attribute) and node.value.attr == "env"
    ]


def list_offences(sources: tuple[Source, ...], is_allowed) -> list[str]:
    return [f"{source.name} imports {name}" for source in sources for name in source.list_imports() if not is_allowed(source, name)]
