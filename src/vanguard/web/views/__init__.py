"""The pages of this room: sign-in, home, users, errors."""
