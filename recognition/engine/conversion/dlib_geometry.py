"""The geometry of dlib's CNN detector, needed where the graph is run and not where it is built."""

WINDOW = 80  # px: the size of face that the network looks for
CELL = 8  # px between two cells of its output
FIRST_CELL = 14  # px: the centre of the first cell's window, before the border is taken off
BORDER = 11  # px of black around the picture
