"""A running network moves in: what its old tools say becomes a folder of plain tables, checked whole, then three
services' own rows and events (decision 0056).

    python -m filiere.movein templates folder/   # the empty tables, with a line that explains each column
    python -m filiere.movein check folder/       # the report, line by line; nothing is written anywhere
    python -m filiere.movein move folder/        # the same, then to the three services; again, it goes on
"""
