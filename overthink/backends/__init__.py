"""Ways to run a model, each one file, behind the one Protocol `overthink.ports.Backend`."""
