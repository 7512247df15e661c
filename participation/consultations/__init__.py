"""A draft opened for comment: phases that own the rights, comments, survey, official answers, "you said, we did".

The text is a document of the library, the talk is of `discussion`; here stands what makes a consultation of them.
"""
