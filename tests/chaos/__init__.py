"""What is done to a running Jalon: its database restarted, its processes killed, its disk filled, its clock moved."""
