"""Which agency answers? A text in Arabic (any variety, Arabizi too) or English gets the likeliest agencies.

`preparation` and `lexicon` read a text, `training` learns, `model` suggests and explains, `decision`
says when nobody need look, `evaluation` measures. MODEL_CARD.md tells what the model can and cannot do.
"""
