"""Moderation: anybody flags, rules point, moderators decide, authors appeal, everybody can look it up.

No machine hides or removes anything: a rule opens a review, and a person decides. Each decision names a rule of the
published policy, is told to the author in their language, stands in the public log, and can be appealed once; another
moderator decides the appeal.
"""
