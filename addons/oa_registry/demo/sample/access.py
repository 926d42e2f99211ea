"""Who sees a document of the sample: what `oa.document._get_access_rules` would answer, without asking it a million times.

The test of the sample compares both on some hundred documents.
"""


def list_principals(paper):
    office_id = paper.office.id
    found = {f"u:{paper.author}", f"r:{office_id}:head_registrar"}
    if paper.state != "draft":
        found.add(f"u:{paper.clerk}")
        found.add(f"{'m' if paper.is_restricted else 'o'}:{paper.office.office_id}")
    if not paper.is_restricted:
        found |= {f"r:{office_id}:overview", f"d:{paper.unit.id}"}
        if paper.case and paper.case.is_closed:
            found.add(f"r:{office_id}:archivist")
    found |= {f"{'!' if grant.is_denied else ''}{grant.principal}" for grant in paper.grants}
    return sorted(found)
