"""Finding out, with throw-away personas, how one service behaves; and replaying what it said."""
