"""How recording grows with processes and lanes, and what that asks of larger machines."""
