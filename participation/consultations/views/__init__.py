"""Pages of consultations: what everybody reads (`reading`), taking part, and how an agency prepares one."""
