//! Runs to print and a reader of codes, shared by the tests.

use mingce_sheets::qr::Code;
use mingce_sheets::{Area, Group, Layout, Paper, Person, SheetRun, Words};

/// Names that are hard to print; none is part of another.
pub const NAMES: [&str; 30] = [
    "王小明",
    "李娜",
    "欧阳修远",
    "陈㛃",
    "张䶮",
    "𠮷田明",
    "林𬍛",
    "周𬬭",
    "赵𬱖",
    "黄𬀩𬍤",
    "吴㕫",
    "郑𣲗",
    "孙𪟝",
    "刘𬸣",
    "朱𬢎𫞢",
    "索朗次仁",
    "司马相如",
    "扎西多吉·旺堆",
    "Nguyễn Văn Anh",
    "Łukasz Żółciński",
    "Ada O’Connor",
    "钱\u{F9D1}",
    "何〇",
    "冯二",
    "卫⼆",
    "蒋三石",
    "韩𠅤",
    "沈𫞷",
    "杨Ω",
    "Нұрлан",
];

/// What a 26-character token looks like, different for each index.
pub fn short_link(index: usize) -> String {
    format!("HTTPS://JOIN.EXAMPLE.EDU.CN/J/{:A>26}", base32(index))
}

/// A link in mixed case, of the length that needs a version 7 code.
pub fn long_link(index: usize) -> String {
    format!("https://join.example.edu.cn/i#{:a>88}", base32(index).to_lowercase())
}

fn base32(mut index: usize) -> String {
    let mut text = String::new();
    while index > 0 {
        text.push(char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[index % 32]));
        index /= 32;
    }
    text
}

pub fn run(sizes: &[usize], layout: Layout, link: fn(usize) -> String) -> SheetRun {
    let mut index = 0;
    let mut person = || {
        index += 1;
        Person {
            name: NAMES[index % NAMES.len()].into(),
            department: "高一年级/3班".into(),
            card_number: (20_260_000_000 + index).to_string(),
            link: link(index),
        }
    };
    let groups = sizes.iter().enumerate().map(|(at, &size)| Group {
        heading: format!("高一年级 {}班", at + 1),
        people: (0..size).map(|_| person()).collect(),
    });
    let groups = groups.collect();
    SheetRun::of("示例市第一中学", groups, Words::chinese("2026年9月8日"), layout)
}

/// The modules of a code and of the white around it, by rows.
pub fn with_quiet_zone(code: &Code) -> Vec<Vec<bool>> {
    let side = code.size() + 8;
    let is_dark = |x: usize, y: usize| x >= 4 && y >= 4 && code.is_dark(x - 4, y - 4);
    (0..side).map(|y| (0..side).map(|x| is_dark(x, y)).collect()).collect()
}

/// A shipped layout.
pub fn layout(name: &str) -> Layout {
    Layout::find_named(name).expect("shipped")
}

/// A picture of a page.
pub struct Picture {
    pub width: usize,
    pub height: usize,
    /// Of the page; the picture's height is a whole number of dots.
    pub height_pt: f64,
    pub dots: Dots,
    pub dots_a_pt: f64,
}

pub enum Dots {
    Grey(Vec<u8>),
    /// Eight a byte, rows padded to whole bytes; one is black.
    Bits(Vec<u8>),
}

impl Picture {
    /// A PNG of ours.
    pub fn of_png(bytes: &[u8], paper: Paper, dots_a_pt: f64) -> Self {
        let drawn = tiny_skia::Pixmap::decode_png(bytes).expect("a picture");
        let (width, height) = (drawn.width() as usize, drawn.height() as usize);
        let grey = |pixel: &tiny_skia::PremultipliedColorU8| {
            ((u32::from(pixel.red()) * 299 + u32::from(pixel.green()) * 587 + u32::from(pixel.blue()) * 114) / 1000)
                as u8
        };
        let dots = Dots::Grey(drawn.pixels().iter().map(grey).collect());
        Self { width, height, height_pt: paper.height_pt, dots, dots_a_pt }
    }

    /// As a PNG of sixteen greys, for keeping.
    pub fn to_png(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Four);
        encoder.set_compression(png::Compression::High);
        let mut writer = encoder.write_header().expect("writes");
        let sixteenth = |x: usize, y: usize| if x < self.width { (u16::from(self.dot(x, y)) + 8) / 17 } else { 15 };
        let rows = (0..self.height).flat_map(|y| (0..self.width.div_ceil(2)).map(move |pair| (pair * 2, y)));
        let bytes: Vec<u8> = rows.map(|(x, y)| (sixteenth(x, y) << 4 | sixteenth(x + 1, y)) as u8).collect();
        writer.write_image_data(&bytes).expect("writes");
        writer.finish().expect("writes");
        out
    }

    /// The part of the dots that differ where the other picture has nothing like them around: programs smooth edges in their
    /// own ways, by less than a dot.
    pub fn differing(&self, other: &Self) -> f64 {
        let (width, height) = (self.width.min(other.width), self.height.min(other.height));
        assert!(self.width.abs_diff(other.width) <= 1 && self.height.abs_diff(other.height) <= 1, "of one size");
        let near = |picture: &Self, x: usize, y: usize, grey: u8| {
            let rows = y.saturating_sub(1)..(y + 2).min(height);
            let all = rows.flat_map(|y| (x.saturating_sub(1)..(x + 2).min(width)).map(move |x| (x, y)));
            let (mut darkest, mut lightest) = (255, 0);
            for (x, y) in all {
                darkest = darkest.min(picture.dot(x, y));
                lightest = lightest.max(picture.dot(x, y));
            }
            (i16::from(darkest) - 48..=i16::from(lightest) + 48).contains(&i16::from(grey))
        };
        let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        let is_off =
            |&(x, y): &(usize, usize)| !near(other, x, y, self.dot(x, y)) || !near(self, x, y, other.dot(x, y));
        places.filter(is_off).count() as f64 / (width * height) as f64
    }

    fn dot(&self, x: usize, y: usize) -> u8 {
        match &self.dots {
            Dots::Grey(grey) => grey[y * self.width + x],
            Dots::Bits(bits) if bits[y * self.width.div_ceil(8) + x / 8] >> (7 - x % 8) & 1 == 1 => 0,
            Dots::Bits(_) => 255,
        }
    }

    /// What `pdftoppm` writes for one page.
    pub fn of_portable_map(bytes: &[u8], paper: Paper, dots_a_pt: f64) -> Self {
        let (picture, rest) = Self::take_portable_map(bytes, paper, dots_a_pt);
        assert!(rest.is_empty(), "one page");
        picture
    }

    /// The first of the pages that `pdftoppm` writes one after the other, and the others: `P5` or `P4`, width, height and
    /// (grey) 255 as text, then the dots.
    pub fn take_portable_map(bytes: &[u8], paper: Paper, dots_a_pt: f64) -> (Self, &[u8]) {
        let mut at = 0;
        let mut word = || {
            let start = at + bytes[at..].iter().position(|byte| !byte.is_ascii_whitespace()).expect("a word");
            at = start + bytes[start..].iter().position(|byte| byte.is_ascii_whitespace()).expect("its end");
            std::str::from_utf8(&bytes[start..at]).expect("ASCII").to_owned()
        };
        let kind = word();
        let width = word().parse().expect("a number");
        let height = word().parse().expect("a number");
        let is_grey = kind == "P5";
        assert!(!is_grey || word() == "255");
        let (width, height): (usize, usize) = (width, height);
        let length = height * if is_grey { width } else { width.div_ceil(8) };
        let (dots, rest) = bytes[at + 1..].split_at(length);
        let dots = if is_grey { Dots::Grey(dots.to_vec()) } else { Dots::Bits(dots.to_vec()) };
        (Self { width, height, height_pt: paper.height_pt, dots, dots_a_pt }, rest)
    }

    /// From the top of the picture to the top of an area of the page, in dots.
    fn top(&self, area: Area) -> f64 {
        (self.height_pt - area.y_pt - area.height_pt) * self.dots_a_pt
    }

    /// Reads the one code inside `area` and nothing around it.
    pub fn read_code(&self, area: Area) -> String {
        let left = (area.x_pt * self.dots_a_pt).floor() as usize;
        let top = self.top(area).max(0.0).floor() as usize;
        let side = ((area.width_pt * self.dots_a_pt).ceil() as usize).min(self.width - left).min(self.height - top);
        let mut picture = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| self.dot(left + x, top + y));
        let found = picture.detect_grids();
        assert_eq!(found.len(), 1, "one code where the page says it is");
        found[0].decode().expect("the code can be read").1
    }

    /// Whether the middle of each of `count` by `count` equal squares of `area` is dark.
    pub fn modules(&self, area: Area, count: usize) -> Vec<Vec<bool>> {
        let step = area.width_pt / count as f64;
        let is_dark = |column: usize, row: usize| {
            let x = (area.x_pt + (column as f64 + 0.5) * step) * self.dots_a_pt;
            let y = self.top(area) + (row as f64 + 0.5) * step * self.dots_a_pt;
            self.dot(x as usize, y as usize) < 128
        };
        (0..count).map(|row| (0..count).map(|column| is_dark(column, row)).collect()).collect()
    }
}

/// Changes people of the group, each with its index.
pub fn change(group: &mut Group, mut each: impl FnMut(usize, &mut Person)) {
    let mut people: Vec<Person> = group.people.iter().collect();
    people.iter_mut().enumerate().for_each(|(at, person)| each(at, person));
    group.people = people.into();
}
