"""A suite made tighter or looser by what runs did."""
