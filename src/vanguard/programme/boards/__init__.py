"""The programme at a glance, a site against its peers, a measure over all sites: from what sites published.
For those alone who may see what is not public."""
