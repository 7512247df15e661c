"""Public talk, once for all places: threads and posts, reactions, flags and moderation.

An article of a consultation and a topic of a forum are places; each place says who may do what there now
(`places.py`), everything else stands here.
"""
