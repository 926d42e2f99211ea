from . import (
    test_access_matrix,
    test_document_coordination,
    test_document_desk,
    test_document_lifecycle,
    test_document_queries,
    test_document_resolution,
    test_document_signing,
    test_document_story,
    test_procedure,
    test_task,
    test_term,
    test_translation,
)
