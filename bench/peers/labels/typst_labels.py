#!/usr/bin/env python3
"""The labels by Typst, with codes made beforehand (IN.tsv.codes) and handed over as SVG paths, the fastest way it has.

usage: typst_labels.py IN.tsv OUT.pdf; fonts in FONT and RARE_FONT. Prints one JSON line: alone_cpu_s is Typst alone,
without the hand-over."""

import json
import os
import sys
import tempfile
import time

import typst

import layout

MM = layout.POINTS_PER_MM

SOURCE = """#set page(width:595.2756pt,height:841.8898pt,margin:0pt)
#set text(font:("Noto Sans SC","HanaMinB"),lang:"zh",region:"cn",top-edge:"baseline",bottom-edge:"baseline")
#let marks=[MARKS]
#let line_at(x,y,size,words)=place(dx:x,dy:y,text(size:size,words))
#let fitted_at(x,y,size,words)=context{
  let width=measure(text(size:size,words)).width
  place(dx:x,dy:y,text(size:if width>31.5mm{size*(31.5mm/width)}else{size},words))
}
#for (index,page) in json("pages.json").enumerate(){
  if index>0{pagebreak()}
  line_at(7.25mm,8mm,8pt,page.at(0))
  marks
  for (place_on_page,member) in page.at(1).enumerate(){
    let left=7.25mm+calc.rem(place_on_page,3)*66.04mm
    let top=13mm+calc.quo(place_on_page,3)*33.9mm
    place(dx:left+2mm+5.76pt,dy:top+(33.9mm-76.32pt)/2+5.76pt,image(bytes(member.at(3)),format:"svg",width:64.8pt))
    fitted_at(left+30.5mm,top+9mm,10pt,member.at(1))
    line_at(left+30.5mm,top+14.5mm,7pt,member.at(2))
    line_at(left+30.5mm,top+18.5mm,7pt,"编号 "+member.at(0))
    line_at(left+30.5mm,top+24.5mm,5.5pt,"INSTRUCTION_1")
    line_at(left+30.5mm,top+27.5mm,5.5pt,"INSTRUCTION_2")
  }
}
"""


def code(matrix):
    path = "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in layout.runs(matrix))
    side = len(matrix)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"><path d="{path}"/></svg>'


def mark(left, top, right, bottom):
    end = f"({(right - left) * MM}pt,{(bottom - top) * MM}pt)"
    return f"#place(dx:{left * MM}pt,dy:{top * MM}pt,line(start:(0pt,0pt),end:{end},stroke:.25pt+gray))\n"


def main():
    source, out = sys.argv[1:3]
    codes = layout.codes(source)
    pages = [
        [layout.header(group, number), [[*member[:3], code(next(codes))] for member in members]]
        for group, number, members in layout.pages(source)
    ]
    marks = "".join(mark(*line) for line in layout.cut_marks())
    text = SOURCE.replace("MARKS", marks)
    text = text.replace("INSTRUCTION_1", layout.INSTRUCTIONS[0]).replace("INSTRUCTION_2", layout.INSTRUCTIONS[1])
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/pages.json", "w", encoding="utf-8") as handed_over:
            json.dump(pages, handed_over, ensure_ascii=False)
        with open(f"{folder}/labels.typ", "w", encoding="utf-8") as labels:
            labels.write(text)
        started = time.process_time()
        fonts = [os.path.dirname(os.environ["FONT"]), os.path.dirname(os.environ["RARE_FONT"])]
        typst.compile(f"{folder}/labels.typ", output=out, font_paths=fonts, ignore_system_fonts=True)
        print(json.dumps({"alone_cpu_s": round(time.process_time() - started, 2)}))


main()
