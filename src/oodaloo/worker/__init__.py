"""What goes on while nobody looks: schedules and queues."""
