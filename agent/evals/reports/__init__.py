"""An evaluation in every form it leaves in."""
