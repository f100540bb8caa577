#!/usr/bin/env python3
"""The labels by ReportLab, with codes made beforehand (IN.tsv.codes).

usage: reportlab_labels.py IN.tsv OUT.pdf; fonts in FONT and RARE_FONT."""

import os
import sys

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

import layout

MM = layout.POINTS_PER_MM


def split_by_font(text, covered):
    """Pieces of a text, each with the font that has its characters."""
    start, current = 0, None
    for at, letter in enumerate(text):
        font = "Usual" if ord(letter) in covered else "Rare"
        if current is not None and font != current:
            yield current, text[start:at]
            start = at
        current = font
    if text:
        yield current, text[start:]


def draw_text(page, covered, x, y, size, text, most):
    pieces = list(split_by_font(text, covered))
    width = sum(pdfmetrics.stringWidth(piece, font, size) for font, piece in pieces)
    if width > most:
        size *= most / width
    line = page.beginText(x, layout.PAGE_HEIGHT - y)
    for font, piece in pieces:
        line.setFont(font, size)
        line.textOut(piece)
    page.drawText(line)


def draw_code(page, index, matrix):
    x, y = layout.code_origin(index, len(matrix))
    page.saveState()
    page.transform(layout.MODULE, 0, 0, -layout.MODULE, x, layout.PAGE_HEIGHT - y)
    path = page.beginPath()
    for left, top, length in layout.runs(matrix):
        path.rect(left, top, length, 1)
    page.drawPath(path, stroke=0, fill=1)
    page.restoreState()


def main():
    source, out = sys.argv[1:3]
    pdfmetrics.registerFont(TTFont("Usual", os.environ["FONT"]))
    pdfmetrics.registerFont(TTFont("Rare", os.environ["RARE_FONT"]))
    covered = pdfmetrics.getFont("Usual").face.charToGlyph
    page = canvas.Canvas(out, pagesize=(layout.PAGE_WIDTH, layout.PAGE_HEIGHT), pageCompression=1)
    height = layout.PAGE_HEIGHT
    marks = [(a * MM, height - b * MM, c * MM, height - d * MM) for a, b, c, d in layout.cut_marks()]
    codes = layout.codes(source)
    for group, number, members in layout.pages(source):
        draw_text(page, covered, layout.LEFT_MM * MM, 8 * MM, 8, layout.header(group, number), 400)
        page.setStrokeGray(0.5)
        page.setLineWidth(0.25)
        page.lines(marks)
        for index, member in enumerate(members):
            left, top = layout.cell(index)
            draw_code(page, index, next(codes))
            for size, baseline, text in layout.texts(member):
                x, most = (left + layout.TEXT_LEFT_MM) * MM, layout.TEXT_WIDTH_MM * MM
                draw_text(page, covered, x, (top + baseline) * MM, size, text, most)
        page.showPage()
    page.save()


main()
