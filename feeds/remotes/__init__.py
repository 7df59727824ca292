"""Send published files to where they are read: object stores, other machines, branches of repositories."""
