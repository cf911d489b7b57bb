"""What is given away: tables, the Data Package, the files of figures."""
