"""What a person sees: settings and addresses, layout, NHS components, sign-in, the home page of each role.
Other rooms draw their pages with `page.render` and say dates, names and numbers with `presenters`."""
