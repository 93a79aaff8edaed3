"""How the command ends: what is said of failures, and the code that it leaves."""
