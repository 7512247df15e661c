"""One tracked thing a person sends to an agency: an ordered stream of events, whatever its kind.

Gives reference and receipt, messages and internal notes, workflow, assignment, transfer, attachments and the
officials' inbox. A feature adds its own joined table and workflow, nothing else.
"""
