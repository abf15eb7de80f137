"""Does thinking help to follow instructions? (arXiv 2505.11423)

modes ─▶ generate (base, cot, remedies: one run folder each) ─▶ checks ─▶ report ─▶ advice
"""
