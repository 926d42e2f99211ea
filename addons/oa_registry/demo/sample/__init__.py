"""A sample of many documents.

`story` tells what happens, one `Paper` after another; `scene` and `people` say where and to whom; `subjects` what about;
`writer` makes rows of it, with `books` for the chain and `access` for who sees it; `bulk` sends the rows.
Begin with `story`.
"""
