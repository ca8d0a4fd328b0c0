"""What is asked, how an answer is read and graded, and what the numbers mean."""
