"""The mill between posts and feeds: the only room that knows both halves, and `publish.py` is its door.

publishing    a glance whether there is anything to do; if there may be, one run
run           the site, its configuration, its index and its output
work          posts in, feeds out: read, choose, render, decide, make, remember
sequel        what it leaves for those who are told of it, or ask
looking       check, list, diff
previewing    serve
moving        adopt
standing      status
telling       tell; who is told when a run has ended (calls does it)
scheduling    schedule; units, crontab, workflow and container are what it prints
upkeep        init, state
"""
