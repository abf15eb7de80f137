"""report.html: one or many scored runs as one page that opens from the disk, without a network.

`rows` gathers what the page shows, `embed` puts it into the page as data, `write` writes the file. What the page does
with it stands in assets/, as plain HTML, CSS and JavaScript.
"""

from overthink.page.write import write_page

__all__ = ["write_page"]
