"""What one caller may do to another: attacks beside a steady caller, and kills under load."""
