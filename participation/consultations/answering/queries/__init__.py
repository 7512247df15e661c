"""Reading the register, the outcomes and the figures."""

from participation.consultations.answering.queries.register import Filters, RegisterPage, register_page

__all__ = ["Filters", "RegisterPage", "register_page"]
