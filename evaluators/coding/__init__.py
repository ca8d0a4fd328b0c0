"""Problems whose answers are programs: their rows, the program in a reply, and its grade."""
