"""How far two readers of the same responses agree: labels, rules, a judge."""
