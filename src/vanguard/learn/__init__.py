"""Did it work, is it affordable, what next: the rooms that learn from what a place does.
Each is a library over lake tables and blueprints."""
