"""Compare with published feeds: show differences, match items to posts, recover a lost index."""
