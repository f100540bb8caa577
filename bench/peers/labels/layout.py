"""The sheet that every program draws: A4, 3 x 8 labels of 63.5 x 33.9 mm, one class per page group, with a header line,
cut marks, and on each label the name, class, number, two lines of instruction and one QR code (version 7-M, 45 modules
of 0.508 mm, quiet zone 4)."""

POINTS_PER_MM = 72 / 25.4
PAGE_WIDTH, PAGE_HEIGHT = 595.2756, 841.8898
LEFT_MM, TOP_MM, PITCH_X_MM, PITCH_Y_MM, WIDTH_MM, HEIGHT_MM = 7.25, 13.0, 66.04, 33.9, 63.5, 33.9
COLUMNS, ROWS = 3, 8
MODULE, QUIET_MODULES = 1.44, 4
# Modules on whole dots of a 300 dpi printer.
DOT = 0.24
TEXT_LEFT_MM, TEXT_WIDTH_MM = 30.5, 31.5
INSTRUCTIONS = ("请用手机扫描二维码加入班级", "链接七日内有效，请勿转发他人")


def pages(path):
    """(class, page number, up to 24 members) for each page."""
    page, group, number = [], None, 0
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            member = line.rstrip("\n").split("\t")
            if page and (member[2] != group or len(page) == COLUMNS * ROWS):
                number += 1
                yield group, number, page
                page = []
            group = member[2]
            page.append(member)
    if page:
        yield group, number + 1, page


def codes(path):
    """The QR code of each member in turn, as rows of modules: the file PATH.codes that make_codes has written."""
    with open(path + ".codes") as lines:
        for line in lines:
            rows = [int(number, 16) for number in line.split()]
            yield [[row >> column & 1 for column in range(len(rows))] for row in rows]


def cell(index):
    """Top left corner of a label in mm from the page's top left."""
    return LEFT_MM + index % COLUMNS * PITCH_X_MM, TOP_MM + index // COLUMNS * PITCH_Y_MM


def texts(member):
    """(size in points, baseline in mm from the label's top, text)."""
    return (
        (10, 9.0, member[1]),
        (7, 14.5, member[2]),
        (7, 18.5, "编号 " + member[0]),
        (5.5, 24.5, INSTRUCTIONS[0]),
        (5.5, 27.5, INSTRUCTIONS[1]),
    )


def header(group, number):
    return f"{group} · 邀请函 · 第 {number} 页"


def cut_marks():
    """Lines in mm: x, y, x, y."""
    marks = []
    for column in range(COLUMNS):
        for edge in (0, 1):
            x = LEFT_MM + column * PITCH_X_MM + edge * WIDTH_MM
            bottom = TOP_MM + ROWS * PITCH_Y_MM
            marks += [(x, TOP_MM - 4, x, TOP_MM - 1), (x, bottom + 1, x, bottom + 4)]
    right = LEFT_MM + (COLUMNS - 1) * PITCH_X_MM + WIDTH_MM
    for row in range(ROWS + 1):
        y = TOP_MM + row * PITCH_Y_MM
        marks += [(LEFT_MM - 4, y, LEFT_MM - 1, y), (right + 1, y, right + 4, y)]
    return marks


def runs(matrix):
    """Dark runs of a QR code: x, y, length in modules."""
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                yield start, y, x - start
            x += 1


def code_origin(index, modules):
    """Top left of the code's first module in points from the page's top left, on whole dots."""
    left, top = cell(index)
    side = (modules + 2 * QUIET_MODULES) * MODULE
    x = left * POINTS_PER_MM + 2 * POINTS_PER_MM + QUIET_MODULES * MODULE
    y = top * POINTS_PER_MM + (HEIGHT_MM * POINTS_PER_MM - side) / 2 + QUIET_MODULES * MODULE
    return round(x / DOT) * DOT, round(y / DOT) * DOT
