"""Plan, apply, drift: brings the sides together through the protocols in `ports`."""
