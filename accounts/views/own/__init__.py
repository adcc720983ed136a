"""What people do on their own pages beyond reading their data."""
