"""An answer that exists already, held against passages or a library."""
