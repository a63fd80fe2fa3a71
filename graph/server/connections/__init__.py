"""How connections are held: HTTP and WebSocket on the wire, within limits of size and time."""
