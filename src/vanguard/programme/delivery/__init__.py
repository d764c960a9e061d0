"""Whether the work goes as it was meant to: milestones and what they wait for, risks, benefits, decisions.
Status follows from stated rules; what somebody set by hand stands beside what the rules say."""
