"""The open data of a consultation: tables as CSV and JSON, with their dictionary, and the five files of Polis.

Everything here is public on the pages already, or a count that no small number of people can be recognised in.
No account, no address, no name of a person stands in any file; what was sent in confidence is counted, never exported.
"""
