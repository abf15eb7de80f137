"""How much a model attends to the constraints of its prompt while it thinks and answers (arXiv 2505.11423).

constraints -> attention: which characters of the prompt state them, then one teacher-forced pass over each response.
"""
