"""What a server must do: probes, the rules that every response keeps, and verdicts."""
