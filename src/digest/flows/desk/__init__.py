"""What the desk shows and does: facts for its pages, and verbs for its buttons."""
