"""`schedule.yaml` and the environment become values of the ground floor."""
