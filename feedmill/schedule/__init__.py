"""Make files that run feedmill on a schedule: systemd, cron, GitHub Actions, Docker."""
