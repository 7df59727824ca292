"""Select the posts of each feed and its window. Pure."""
