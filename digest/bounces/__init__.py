"""What came back: reports become bounces, and bounces a verdict on whose fault it was. Pure."""
