"""What a person sees: layout, design-system components, sign-in, the home page of each role.
Other rooms draw their pages with `render` and say dates, names and numbers with `presenters`."""
