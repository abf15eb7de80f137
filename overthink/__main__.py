"""`python -m overthink`."""

from overthink.cli import main

if __name__ == "__main__":
    main()
