"""What SNworks, WordPress and Ghost have in common: JSON, pages of a listing, and stories in them."""
