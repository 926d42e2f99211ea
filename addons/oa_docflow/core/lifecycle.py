"""The one table: which move leads from which state to which, and who may make it.

Nothing else in the addon knows the states. `Who` names a part in the play, not a person; the models say who plays it.
"""

from dataclasses import dataclass
from enum import StrEnum

from .errors import LifecycleError


class Subject(StrEnum):
    """What moves."""

    INCOMING = "incoming"
    OWN = "own"
    TASK = "task"


class Who(StrEnum):
    """Who may make a move."""

    CLERK = "clerk"
    KEEPER = "keeper"
    RESOLVER = "resolver"
    AUTHOR = "author"
    TURN = "turn"
    RESPONSIBLE = "responsible"
    ASSIGNER = "assigner"
    COLLEAGUE = "colleague"
    FLOW = "flow"


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table."""

    subject: Subject
    state: str
    name: str
    target: str
    who: Who


TABLE: tuple[Move, ...] = (
    # A document that came from outside.
    Move(Subject.INCOMING, "draft", "register", "registered", Who.CLERK),
    Move(Subject.INCOMING, "registered", "resolve", "assigned", Who.RESOLVER),
    Move(Subject.INCOMING, "assigned", "start", "in_progress", Who.RESPONSIBLE),
    Move(Subject.INCOMING, "assigned", "answer", "answered", Who.FLOW),
    Move(Subject.INCOMING, "in_progress", "answer", "answered", Who.FLOW),
    Move(Subject.INCOMING, "registered", "close", "closed", Who.FLOW),
    Move(Subject.INCOMING, "assigned", "close", "closed", Who.FLOW),
    Move(Subject.INCOMING, "in_progress", "close", "closed", Who.FLOW),
    Move(Subject.INCOMING, "answered", "close", "closed", Who.FLOW),
    Move(Subject.INCOMING, "registered", "annul", "annulled", Who.KEEPER),
    Move(Subject.INCOMING, "assigned", "annul", "annulled", Who.KEEPER),
    Move(Subject.INCOMING, "in_progress", "annul", "annulled", Who.KEEPER),
    # A document that the administration writes itself, outgoing or internal.
    Move(Subject.OWN, "draft", "register", "registered", Who.CLERK),
    Move(Subject.OWN, "draft", "submit", "in_coordination", Who.AUTHOR),
    Move(Subject.OWN, "returned", "submit", "in_coordination", Who.AUTHOR),
    Move(Subject.OWN, "in_coordination", "return", "returned", Who.TURN),
    Move(Subject.OWN, "in_coordination", "recall", "draft", Who.AUTHOR),
    Move(Subject.OWN, "in_coordination", "stop", "stopped", Who.TURN),
    Move(Subject.OWN, "in_coordination", "approve", "for_signature", Who.TURN),
    Move(Subject.OWN, "for_signature", "sign", "signed", Who.TURN),
    Move(Subject.OWN, "for_signature", "refuse", "refused", Who.TURN),
    Move(Subject.OWN, "for_signature", "send_back", "returned", Who.TURN),
    Move(Subject.OWN, "for_signature", "annul", "annulled", Who.KEEPER),
    Move(Subject.OWN, "registered", "dispatch", "dispatched", Who.CLERK),
    Move(Subject.OWN, "signed", "dispatch", "dispatched", Who.CLERK),
    Move(Subject.OWN, "registered", "close", "closed", Who.FLOW),
    Move(Subject.OWN, "signed", "close", "closed", Who.FLOW),
    Move(Subject.OWN, "dispatched", "close", "closed", Who.FLOW),
    Move(Subject.OWN, "refused", "close", "closed", Who.FLOW),
    Move(Subject.OWN, "registered", "annul", "annulled", Who.KEEPER),
    Move(Subject.OWN, "refused", "annul", "annulled", Who.KEEPER),
    # A task: given, taken, reported, accepted by the one who gave it.
    Move(Subject.TASK, "assigned", "accept", "accepted", Who.RESPONSIBLE),
    Move(Subject.TASK, "assigned", "delegate", "accepted", Who.RESPONSIBLE),
    Move(Subject.TASK, "accepted", "delegate", "accepted", Who.RESPONSIBLE),
    Move(Subject.TASK, "assigned", "report", "reported", Who.RESPONSIBLE),
    Move(Subject.TASK, "accepted", "report", "reported", Who.RESPONSIBLE),
    Move(Subject.TASK, "returned", "report", "reported", Who.RESPONSIBLE),
    Move(Subject.TASK, "returned", "delegate", "accepted", Who.RESPONSIBLE),
    Move(Subject.TASK, "reported", "confirm", "confirmed", Who.ASSIGNER),
    Move(Subject.TASK, "reported", "confirm_late", "confirmed_late", Who.ASSIGNER),
    Move(Subject.TASK, "reported", "return", "returned", Who.ASSIGNER),
    Move(Subject.TASK, "assigned", "withdraw", "withdrawn", Who.ASSIGNER),
    Move(Subject.TASK, "accepted", "withdraw", "withdrawn", Who.ASSIGNER),
    Move(Subject.TASK, "returned", "withdraw", "withdrawn", Who.ASSIGNER),
    Move(Subject.TASK, "reported", "withdraw", "withdrawn", Who.ASSIGNER),
    # The executor asks what is meant; the task waits for the answer of the one who gave it.
    Move(Subject.TASK, "assigned", "ask", "waiting_instructions", Who.RESPONSIBLE),
    Move(Subject.TASK, "accepted", "ask", "waiting_instructions", Who.RESPONSIBLE),
    Move(Subject.TASK, "returned", "ask", "waiting_instructions", Who.RESPONSIBLE),
    Move(Subject.TASK, "waiting_instructions", "instruct", "accepted", Who.ASSIGNER),
    Move(Subject.TASK, "waiting_instructions", "withdraw", "withdrawn", Who.ASSIGNER),
    # It goes to another person: the executor says that it is not for them, or the assigner gives it to somebody else.
    Move(Subject.TASK, "assigned", "redirect", "redirected", Who.RESPONSIBLE),
    Move(Subject.TASK, "assigned", "reassign", "redirected", Who.ASSIGNER),
    Move(Subject.TASK, "accepted", "reassign", "redirected", Who.ASSIGNER),
    Move(Subject.TASK, "returned", "reassign", "redirected", Who.ASSIGNER),
    Move(Subject.TASK, "waiting_instructions", "reassign", "redirected", Who.ASSIGNER),
    # The executor asks colleagues for an opinion; with the last of them the task is back with the executor.
    Move(Subject.TASK, "assigned", "forward", "waiting_opinion", Who.RESPONSIBLE),
    Move(Subject.TASK, "accepted", "forward", "waiting_opinion", Who.RESPONSIBLE),
    Move(Subject.TASK, "returned", "forward", "waiting_opinion", Who.RESPONSIBLE),
    Move(Subject.TASK, "waiting_opinion", "forward", "waiting_opinion", Who.RESPONSIBLE),
    Move(Subject.TASK, "waiting_opinion", "opine", "accepted", Who.COLLEAGUE),
    Move(Subject.TASK, "waiting_opinion", "take_back", "accepted", Who.RESPONSIBLE),
    Move(Subject.TASK, "waiting_opinion", "withdraw", "withdrawn", Who.ASSIGNER),
    Move(Subject.TASK, "waiting_opinion", "reassign", "redirected", Who.ASSIGNER),
    # The closing of a case ends what nobody has to answer.
    Move(Subject.TASK, "assigned", "close", "closed", Who.FLOW),
    Move(Subject.TASK, "accepted", "close", "closed", Who.FLOW),
    Move(Subject.TASK, "returned", "close", "closed", Who.FLOW),
    Move(Subject.TASK, "waiting_instructions", "close", "closed", Who.FLOW),
    Move(Subject.TASK, "waiting_opinion", "close", "closed", Who.FLOW),
    Move(Subject.TASK, "reported", "close", "closed", Who.FLOW),
)

DOCUMENT_STATES = (
    "assigned",
    "in_progress",
    "answered",
    "in_coordination",
    "returned",
    "for_signature",
    "signed",
    "dispatched",
    "refused",
    "stopped",
)
TASK_STATES = (
    "assigned", "accepted", "waiting_instructions", "waiting_opinion", "reported", "returned", "confirmed", "confirmed_late", "redirected",
    "withdrawn", "closed",
)  # fmt: skip
EDITABLE_STATES = frozenset({"draft", "returned"})
FINAL_TASK_STATES = frozenset({"confirmed", "confirmed_late", "redirected", "withdrawn", "closed"})
OPEN_TASK_STATES = frozenset(TASK_STATES) - FINAL_TASK_STATES

_BY_KEY = {(move.subject, move.state, move.name): move for move in TABLE}


def subject_of(direction: str) -> Subject:
    """Incoming documents have a life of their own; all others are written here."""
    return Subject.INCOMING if direction == "incoming" else Subject.OWN


def find_move(subject: Subject, state: str, name: str) -> Move | None:
    """The row of the table, or nothing when the move is not allowed."""
    return _BY_KEY.get((subject, state, name))


def move(subject: Subject, state: str, name: str) -> Move:
    """The row of the table; raises LifecycleError when there is none."""
    if found := find_move(subject, state, name):
        return found
    raise LifecycleError(subject, state, name)


def moves_from(subject: Subject, state: str) -> tuple[Move, ...]:
    """All moves that the table allows in this state."""
    return tuple(row for row in TABLE if row.subject == subject and row.state == state)


def sources_of(subject: Subject, name: str) -> frozenset[str]:
    """All states in which this move is allowed."""
    return frozenset(row.state for row in TABLE if row.subject == subject and row.name == name)


def is_final(subject: Subject, state: str) -> bool:
    """Nothing leads out of a final state."""
    return not moves_from(subject, state)
