"""What servers really sent, as data: a row for each fault, with where it was seen."""
