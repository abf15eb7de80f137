"""How results look: text for programs, cells, tables for a terminal, pages, figures."""
