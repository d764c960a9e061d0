"""Figures that the sources state, worked out again from the rows of the programme: do they agree?
What is stated and what it is made of stands in `history/recounted.yaml`, and each part leads to its rows."""
