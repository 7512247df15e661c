"""The library: laws, policies, drafts, reports and forms, with versions per language and articles that keep their keys.

A published version is never changed: a correction is a new version with its reason. What is in force on a day
is computed from events. Every address that was ever published keeps working.
"""
