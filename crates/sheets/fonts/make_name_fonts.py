#!/usr/bin/env python3
"""Makes the small name fonts beside this script. Run again only to change their contents; the results are committed.

usage: make_name_fonts.py NOTO_SANS_SC NOTO_SANS NOTO_SANS_CJK_TTC HANAMIN_B UCD_XML OUT_DIR
       make_name_fonts.py --marks NOTO_SANS OUT_DIR

  NOTO_SANS_SC       NotoSansSC_400Regular.ttf, npm package @expo-google-fonts/noto-sans-sc (bundled whole)
  NOTO_SANS          NotoSans_400Regular.ttf, npm package @expo-google-fonts/noto-sans
  NOTO_SANS_CJK_TTC  NotoSansCJK-Regular.ttc, Debian package fonts-noto-cjk (face 2 is the Simplified Chinese one)
  HANAMIN_B          HanaMinB.ttf, Debian package fonts-hanazono
  UCD_XML            ucd.all.grouped.xml of the Unicode character database

Needs fonttools. Each font holds only what the ones before it lack:
  MingceNamesLatin   Latin, Greek, Cyrillic letters, and quotation marks as narrow as those letters need, from Noto Sans
  MingceNamesHan     Han characters of Noto Sans CJK SC outside Noto Sans SC (Hong Kong set, 𠮷, compatibility ideographs)
  MingceNamesHanRare Han characters of HanaMinB that a mainland Chinese source names (kIRG_GSource: police identity system,
                     place names, dictionaries of current use, Zhuang …), without the two great historical dictionaries
                     (GKX, GHZ) and the bronze inscriptions (GZJW), which would be 30,000 more.
  MingceNamesMarks   letters and combining marks with what places them on each other, from Noto Sans: only for words that
                     have such marks, so it holds what others have, too
The families are renamed because a changed font may not carry a reserved name (OFL 1.1, clause 3).
"""
import re
import sys

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

LATIN = [(0x00A0, 0x024F), (0x0300, 0x036F), (0x0370, 0x03FF), (0x0400, 0x052F), (0x1E00, 0x1EFF)]
# Noto Sans SC has these as wide as a Han character.
NARROW = {0x00B7, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026}
LEFT_OUT = {"GKX", "GHZ", "GZJW"}


def han_with_chinese_source(path):
    """Every Han character of the database, and whether its mainland source is one we print."""
    row = re.compile(r'<char cp="([0-9A-F]+)"(.*?)/?>')
    wanted, han = set(), set()
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if "kIRG_" not in line:
                continue
            found = row.search(line)
            if not found:
                continue
            code = int(found.group(1), 16)
            han.add(code)
            source = re.search(r'kIRG_GSource="([^"-]+)', found.group(2))
            if source and source.group(1) not in LEFT_OUT:
                wanted.add(code)
    return han, wanted


def keep(font, codes, features=()):
    options = subset.Options()
    options.hinting = False
    options.layout_features = list(features)
    options.drop_tables += ["BASE", "STAT", "VORG", "vhea", "vmtx", "FFTM", "gasp", "DSIG"]
    if not features:
        options.drop_tables += ["GSUB", "GPOS", "GDEF"]
    options.notdef_outline = True
    options.name_IDs = ["*"]
    options.glyph_names = False
    work = subset.Subsetter(options)
    work.populate(unicodes=sorted(codes))
    work.subset(font)


def outlines_to_quadratic(font):
    """CFF to glyf, so that every bundled face is embedded the same way (CIDFontType2)."""
    glyphs = font.getGlyphSet()
    order = font.getGlyphOrder()
    glyf = newTable("glyf")
    glyf.glyphOrder, glyf.glyphs = order, {}
    for name in order:
        pen = TTGlyphPen(glyphs)
        glyphs[name].draw(Cu2QuPen(pen, 1.0, reverse_direction=True))
        glyf.glyphs[name] = pen.glyph()
    font["loca"], font["glyf"] = newTable("loca"), glyf
    for name in order:
        glyf[name].recalcBounds(glyf)
        advance, _ = font["hmtx"][name]
        font["hmtx"][name] = (advance, getattr(glyf[name], "xMin", 0))
    maxp = font["maxp"]
    maxp.tableVersion = 0x00010000
    for field in ("maxZones maxTwilightPoints maxStorage maxFunctionDefs maxInstructionDefs maxStackElements "
                  "maxSizeOfInstructions maxComponentElements maxComponentDepth").split():
        setattr(maxp, field, 0)
    maxp.maxZones = 1
    maxp.numGlyphs = len(order)
    post = font["post"]
    post.formatType = 3.0
    del font["CFF "]
    font.sfntVersion = "\x00\x01\x00\x00"


def rename(font, family, origin):
    notice = font["name"].getDebugName(0) or ""
    table = font["name"] = newTable("name")
    table.names = []
    said = {
        0: notice + " Subset and renamed from " + origin + ".",
        1: family, 2: "Regular", 3: family + "-1", 4: family, 5: "Version 1.0", 6: family.replace(" ", ""),
        13: "Licensed under the SIL Open Font License, Version 1.1.", 14: "https://openfontlicense.org",
    }
    for number, text in said.items():
        table.setName(text, number, 3, 1, 0x409)


def save(font, path):
    font["head"].created = font["head"].modified = 0
    font.recalcTimestamp = False
    font.save(path)
    print(path, len(font.getBestCmap()), "characters")


def marks(sans_path, out):
    sans = TTFont(sans_path)
    letters = [(0x0020, 0x007E), *LATIN, (0x25CC, 0x25CC)]
    codes = {c for low, high in letters for c in range(low, high + 1) if c in sans.getBestCmap()}
    keep(sans, codes, ["ccmp", "locl", "mark", "mkmk"])
    rename(sans, "Mingce Names Marks", "Noto Sans")
    save(sans, out + "/MingceNamesMarks.ttf")


def main():
    if sys.argv[1] == "--marks":
        return marks(*sys.argv[2:])
    sc_path, sans_path, cjk_path, hana_path, ucd_path, out = sys.argv[1:]
    have = set(TTFont(sc_path).getBestCmap())
    han, wanted = han_with_chinese_source(ucd_path)

    sans = TTFont(sans_path)
    codes = {c for low, high in LATIN for c in range(low, high + 1) if c in sans.getBestCmap()}
    codes = codes - have | NARROW
    keep(sans, codes)
    rename(sans, "Mingce Names Latin", "Noto Sans")
    save(sans, out + "/MingceNamesLatin.ttf")
    have |= codes

    cjk = TTFont(cjk_path, fontNumber=2)
    codes = (set(cjk.getBestCmap()) & han) - have
    keep(cjk, codes)
    outlines_to_quadratic(cjk)
    rename(cjk, "Mingce Names Han", "Noto Sans CJK SC")
    save(cjk, out + "/MingceNamesHan.ttf")
    have |= codes

    hana = TTFont(hana_path)
    codes = (set(hana.getBestCmap()) & wanted) - have
    keep(hana, codes)
    rename(hana, "Mingce Names Han Rare", "a font of the GlyphWiki Project")
    save(hana, out + "/MingceNamesHanRare.ttf")


main()
