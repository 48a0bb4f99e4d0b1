"""When customers pay: distributions per open document, joint draws of them, and how right they were in the past."""
