"""What becomes of what people said: the register, the officials' reading and answering, "you said, we did".

One contribution for each post and response, in families of near-identical texts; one answer to a family answers all
its members. The consultation ends when its response is published, and that waits until nothing is unanswered.
"""
