"""Training on preference pairs with TRL. torch, transformers, trl and peft are imported inside functions alone."""
