"""How one prose text became another, for people who review it: sections, paragraphs, words."""
