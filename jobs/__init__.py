"""What runs by itself: the schedule and its jobs, each a few lines over the other rooms."""
