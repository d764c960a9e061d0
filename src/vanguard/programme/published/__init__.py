"""What places publish, received: checked at the door, the newest of each site in force, and what was refused and why.
Nothing of a file that was refused is kept but its hash and the reason, since it might hold what may not be here."""
