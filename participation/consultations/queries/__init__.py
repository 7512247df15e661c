"""Reading consultations, by noun: `finding` says who may see one, the others read parts of one that was found."""

from participation.consultations.queries.finding import by_id, find, find_many, on_document, without_response

__all__ = ["by_id", "find", "find_many", "on_document", "without_response"]
