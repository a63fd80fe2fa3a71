"""How well recommendations guess what users will like, measured on interactions held out."""
