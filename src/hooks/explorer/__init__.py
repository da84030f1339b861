"""What the explorer is made of: a recording packed small, and the page around it."""
