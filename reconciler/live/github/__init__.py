"""GitHub: comments, issues and pull requests of one repository, and the plans its runs kept."""
