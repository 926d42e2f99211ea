{
    "name": "Benchmark of the document flow",
    "summary": "The same document under OCA's base_tier_validation",
    "version": "19.0.4.0.0",
    "author": "oa maintainers",
    "license": "AGPL-3",
    "depends": ["oa_docflow", "base_tier_validation"],
    "installable": True,
}
