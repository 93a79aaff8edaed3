"""What is heard while a question is worked on, and who hears it."""
