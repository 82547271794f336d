"""What summaries are trained on, and measured against."""
