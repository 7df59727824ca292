"""Define the problems of feeds and podcasts, which `feedmill check` alone reports: a part of `posts.problems`."""

from __future__ import annotations

from posts.errors import ProblemKind

CHECK_PROBLEMS: dict[str, ProblemKind] = {
    # Feeds
    "large-feed": ProblemKind(
        "warning",
        "a feed is larger than 1 MB (only `check` reports this); readers and services that stop there do not read it, "
        "or lose its last items",
        'set a smaller `items`, or `content = "summary"`, for this feed; the message has the number of items that fit',
    ),
    "large-item": ProblemKind(
        "warning",
        "the body of a post has more than 500 kB in a feed (only `check` reports this); readers cut it off or skip it",
        'split the post, or set `content = "summary"`; on a Jekyll site `feed.excerpt_only: true` is for one post',
    ),
    # Podcasts
    "podcast-setting": ProblemKind(
        "warning", "`[podcast]` or `[site]` lacks something that directories require", "set the key in the message"
    ),
    "podcast-image": ProblemKind(
        "warning", "a cover is not a square JPEG or PNG of 1,400 to 3,000 pixels", "resize it, under a new file name"
    ),
    "podcast-https": ProblemKind("warning", "an address of the podcast is not HTTPS", "serve it by HTTPS"),
    "podcast-episode": ProblemKind(
        "warning", "an episode lacks something that directories require", "complete the front matter of the post"
    ),
    "podcast-duration": ProblemKind(
        "warning", "the duration of an episode is not known", 'write `duration`, or install `"feedmill[podcast]"`'
    ),
}
