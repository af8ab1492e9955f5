"""What people see in a browser: the pages of readers, the desk of editors, the inbox."""
