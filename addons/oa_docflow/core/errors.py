"""DocflowError
├── LifecycleError   a move that the table does not know
├── PlanError        a file that is no procedure
├── RoutingError     a route that cannot go on
└── TermError        a term that cannot be counted
"""


class DocflowError(Exception):
    """Base of everything that this core raises."""


class LifecycleError(DocflowError):
    """The move is not allowed in this state."""

    def __init__(self, subject: str, state: str, move: str) -> None:
        super().__init__(f"{subject}: no move {move!r} in state {state!r}")
        self.subject = subject
        self.state = state
        self.move = move


class PlanError(DocflowError):
    """The file is not understood as a procedure; `fault` names why."""

    def __init__(self, message: str, fault: str = "format") -> None:
        super().__init__(message)
        self.fault = fault


class RoutingError(DocflowError):
    """The route has no step that could be taken; `fault` names what is wrong with its plan."""

    def __init__(self, message: str, fault: str = "") -> None:
        super().__init__(message)
        self.fault = fault


class TermError(DocflowError):
    """The term cannot be counted."""


class OfficeError(DocflowError):
    """A DOCX or ODT that cannot be used; `code` and `detail` become a sentence for people."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
