"""Text: paragraphs, tokens, markup, language, quotations."""
