"""What a test process makes once and shares, where each test would else make it anew."""
