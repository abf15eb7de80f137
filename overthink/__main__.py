"""`python -m overthink`."""

from overthink.cli import main

main()
