"""What happened, counted the same way each time, and whether it is unusual.
Measures of a blueprint over the lake; statistical process control in `spc`."""
