"""Join the stages of reading posts. No other package in `posts` imports all of them."""
