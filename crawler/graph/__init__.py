"""The graph: views computed from facts, and their layout."""
