"""What every response must keep, whatever it answers; each rule is of one probe."""
