"""The service's own face: layout, design-system components, sign-in, the home page of each role.
Its settings, addresses and entry point live here too; other rooms bring their own views."""
