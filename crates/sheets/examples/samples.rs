//! Makes pages to look at, with the names that are hard to print: `samples DIR`.
//! Writes a PDF of each shipped layout in Chinese and English, the first page of each as SVG, the calibration sheet, and one
//! code.

use std::error::Error;
use std::fs::{self, File};
use std::path::PathBuf;

use mingce_sheets::{
    Flow, Fonts, Group, Person, Printer, Proof, SheetRun, Words, code_png, code_svg, export_accessible_pdf,
    export_calibration, export_pdf, page_svg, presets,
};

const NAMES: [&str; 30] = [
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
    "阿卜杜热西提·买买提",
    "买买提艾力·阿不都热合曼·吐尔逊",
    "迪丽热巴·阿布都克里木",
    "索朗次仁",
    "司马相如",
    "Nguyễn Văn Anh",
    "Jean-Luc Dupré-Lefèvre",
    "Łukasz Żółciński",
    "Нұрсұлтан Әбішұлы",
    "张\u{2EC15}",
    "ئابدۇرېھىم",
    "གཡང་ཅན་སྒྲོལ་མ",
    "ᠮᠣᠩᠭᠣᠯ",
    "О\u{0301}льга",
    "Maximilian Alexander von Hohenzollern-Sigmaringen",
    "朱𬢎𫞢",
];

fn main() -> Result<(), Box<dyn Error>> {
    let dir = PathBuf::from(std::env::args_os().nth(1).ok_or("usage: samples DIR")?);
    fs::create_dir_all(&dir)?;
    for (language, words, organisation, department) in [
        ("chinese", Words::chinese("2026年9月8日"), "示例市第一中学", "高一年级/3班"),
        ("english", Words::english("8 September 2026"), "Example City No. 1 High School", "Grade 10/Class 3"),
    ] {
        let person = |at: usize, name: &str| Person {
            name: name.into(),
            department: department.into(),
            card_number: (20_260_000_001 + at * 7).to_string(),
            link: format!(
                "HTTPS://JOIN.EXAMPLE.EDU.CN/J/{}Q2ZC4MX5WPFJ6N3RT7VHBLKA7",
                char::from(b'A' + (at % 26) as u8).to_string().repeat(2)
            ),
        };
        let people: Vec<_> = NAMES.iter().enumerate().map(|(at, name)| person(at, name)).collect();
        let groups = vec![
            Group { heading: department.replace('/', " "), people: people.clone().into() },
            Group { heading: "高一年级 4班".into(), people: people[..5].to_vec().into() },
        ];
        for layout in presets() {
            let name = &layout.id;
            let run = SheetRun::of(organisation, groups.clone(), words.clone(), layout.clone());
            let mut out = File::create(dir.join(format!("{language}-{name}.pdf")))?;
            export_pdf(&run, &mut out, Proof::EveryCode, &mut |_| Flow::Continue)?;
            let mut out = File::create(dir.join(format!("{language}-{name}-accessible.pdf")))?;
            export_accessible_pdf(&run, &mut out, Proof::EveryCode, &mut |_| Flow::Continue)?;
            fs::write(dir.join(format!("{language}-{name}.svg")), page_svg(&run, 0)?)?;
        }
        let sheet = presets()[0].stock.sheet;
        let mut out = File::create(dir.join(format!("{language}-calibration.pdf")))?;
        export_calibration(sheet, &Printer::default(), "", &words, &Fonts::bundled(), &mut out)?;
        fs::write(dir.join("code.svg"), code_svg(&people[0].link)?)?;
        fs::write(dir.join("code.png"), code_png(&people[0].link, 600)?)?;
    }
    Ok(())
}
