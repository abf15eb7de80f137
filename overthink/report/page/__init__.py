"""report.html: one or many scored runs as one page that opens from the disk, without a network.

`rows` gathers what the page shows, `write` writes the file. What the page does with it is in assets/, as plain HTML and
JavaScript; its look is that of every page (render/page).
"""

from overthink.report.page.write import write_page

__all__ = ["write_page"]
