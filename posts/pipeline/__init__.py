"""Read posts: join the stages of reading. No other package in `posts` imports all of them."""
