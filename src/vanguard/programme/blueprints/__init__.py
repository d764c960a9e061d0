"""Blueprints for people, which sites adopted them and how they vary them, whom to learn from, and what was learnt.
The blueprints are those that are shipped, and those in `blueprints` of the programme's own folder."""
