//! Which encoding a text table is in. Chinese school systems write GBK as often as UTF-8, so GB18030 is tried first
//! among everything that is not Unicode; Excel's "Unicode text" is UTF-16.

use crate::ExchangeError;
use crate::shape::headings;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use std::io::{Read, Seek, SeekFrom};

/// An encoding that a text table can be read in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TextEncoding(&'static Encoding);

impl TextEncoding {
    pub const UTF_8: Self = Self(UTF_8);
    pub const GB18030: Self = Self(GB18030);

    /// The name in the WHATWG Encoding Standard, in lower case.
    pub fn name(self) -> String {
        self.0.name().to_ascii_lowercase()
    }

    /// By any label of the WHATWG Encoding Standard. GBK and GB 2312 are read as GB18030, which contains them.
    pub fn from_name(label: &str) -> Option<Self> {
        let encoding = Encoding::for_label(label.as_bytes())?;
        Some(Self(if encoding == encoding_rs::GBK { GB18030 } else { encoding }))
    }

    pub(crate) fn encoding(self) -> &'static Encoding {
        self.0
    }

    /// Bytes of the byte order mark that the text begins with.
    pub(crate) fn mark_bytes(self, start: &[u8]) -> u64 {
        let marks: [(&'static Encoding, &[u8]); 4] = [
            (UTF_8, b"\xEF\xBB\xBF"),
            (UTF_16LE, b"\xFF\xFE"),
            (UTF_16BE, b"\xFE\xFF"),
            (GB18030, b"\x84\x31\x95\x33"),
        ];
        let mark = marks.iter().find(|(encoding, mark)| *encoding == self.0 && start.starts_with(mark));
        mark.map_or(0, |(_, mark)| mark.len() as u64)
    }
}

/// Bytes that are looked at closely.
const SAMPLE_BYTES: usize = 64 << 10;

/// Reads the start of a text, as much as is looked at closely.
pub(crate) fn read_sample(reader: &mut (impl Read + Seek)) -> Result<Vec<u8>, ExchangeError> {
    reader.seek(SeekFrom::Start(0))?;
    let mut sample = Vec::with_capacity(SAMPLE_BYTES);
    reader.take(SAMPLE_BYTES as u64).read_to_end(&mut sample)?;
    Ok(sample)
}

/// Finds the encoding, or that the bytes are no text.
pub(crate) fn detect(reader: &mut (impl Read + Seek)) -> Result<TextEncoding, ExchangeError> {
    let sample = read_sample(reader)?;
    // UTF-32, which nobody writes tables in; its first mark begins like that of UTF-16.
    if sample.starts_with(b"\xFF\xFE\0\0") || sample.starts_with(b"\0\0\xFE\xFF") {
        return Err(ExchangeError::UnknownFormat);
    }
    for encoding in [UTF_8, UTF_16LE, UTF_16BE, GB18030] {
        if TextEncoding(encoding).mark_bytes(&sample) > 0 {
            return Ok(TextEncoding(encoding));
        }
    }
    if let Some(encoding) = utf16_without_mark(&sample) {
        return Ok(TextEncoding(encoding));
    }
    let controls = sample.iter().filter(|byte| **byte < 0x20 && !matches!(byte, b'\t' | b'\r' | b'\n' | 0x1A)).count();
    // A stray one among headings that are known is a fault of its cell, not of the file.
    let is_table =
        controls * 10 < sample.len() && utf8_start(&sample).is_some_and(|text| headings::count_known(text) > 0);
    if !is_table && (sample.contains(&0) || controls * 100 > sample.len()) {
        return Err(ExchangeError::UnknownFormat);
    }
    if count_errors(reader, UTF_8)? == 0 {
        return Ok(TextEncoding::UTF_8);
    }
    Ok(TextEncoding(judge(reader, &sample)?))
}

/// Which UTF-16 the text is in, if it is. Commas, digits and line ends have a zero byte there, but not they alone: 一 is
/// U+4E00. So both are tried, and the one in which headings are known, or else lines and cells end, is right.
fn utf16_without_mark(sample: &[u8]) -> Option<&'static Encoding> {
    let zeros = count_zeros(sample);
    // Chinese text in UTF-16 is no UTF-8, and any other has a zero in every other byte.
    if zeros == 0 || zeros * 100 < sample.len() || (utf8_start(sample).is_some() && zeros * 5 < sample.len()) {
        return None;
    }
    let readings = [UTF_16LE, UTF_16BE].into_iter().filter_map(|encoding| {
        let mut decoder = encoding.new_decoder_without_bom_handling();
        let mut text = String::with_capacity(sample.len() * 2);
        // Not the last call: the sample may end within a character.
        let (_, _, has_errors) = decoder.decode_to_string(sample, &mut text, false);
        let is_text = |c: char| !c.is_control() || matches!(c, '\t' | '\r' | '\n');
        let marks = text.chars().filter(|c| matches!(c, '\n' | ',' | ';' | '\t' | '|')).count();
        let is_sound = !has_errors && marks > 0 && text.chars().all(is_text);
        is_sound.then(|| (headings::count_known(&text), marks, encoding))
    });
    readings.max_by_key(|(known, marks, _)| (*known, *marks)).map(|(_, _, encoding)| encoding)
}

fn count_zeros(sample: &[u8]) -> usize {
    memchr::memchr_iter(0, sample).count()
}

/// The sample as UTF-8, if it is; its last character may be cut off.
fn utf8_start(sample: &[u8]) -> Option<&str> {
    match std::str::from_utf8(sample) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&sample[..error.valid_up_to()]).ok(),
        Err(_) => None,
    }
}

/// Chooses among the encodings before Unicode.
fn judge(reader: &mut (impl Read + Seek), sample: &[u8]) -> Result<&'static Encoding, ExchangeError> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, sample.len() < SAMPLE_BYTES);
    let guess = detector.guess(None, Utf8Detection::Deny);
    if stands_alone(sample) && guess.is_single_byte() {
        return Ok(guess);
    }
    let known = |encoding: &'static Encoding| headings::count_known(&encoding.decode_without_bom_handling(sample).0);
    let (in_gb, in_big5) = (known(GB18030), known(BIG5));
    if in_big5 > in_gb && count_errors(reader, BIG5)? == 0 {
        return Ok(BIG5);
    }
    let gb_errors = count_errors(reader, GB18030)?;
    // A few broken bytes, such as a name cut in the middle of a character, do not make it another encoding.
    if gb_errors == 0 || in_gb > 0 {
        return Ok(if in_gb == 0 && guess == BIG5 { BIG5 } else { GB18030 });
    }
    // Mostly good UTF-8 with broken places reads better as UTF-8.
    if known(UTF_8) > 0 || count_errors(reader, UTF_8)? <= gb_errors {
        return Ok(UTF_8);
    }
    Ok(guess)
}

/// Whether most bytes above ASCII stand among letters, as accents do, and not in the pairs and fours of GB 18030.
fn stands_alone(sample: &[u8]) -> bool {
    let (mut proper, mut odd) = (0_usize, 0_usize);
    let mut rest = sample;
    while let Some(at) = rest.iter().position(|byte| !byte.is_ascii()) {
        rest = &rest[at..];
        let taken = match rest {
            [_, b'0'..=b'9', 0x81..=0xFE, b'0'..=b'9', ..] => 4,
            [_, 0x80..=0xFE, ..] => 2,
            _ => 1,
        };
        *(if taken == 1 { &mut odd } else { &mut proper }) += 1;
        rest = &rest[taken..];
    }
    odd > proper
}

/// How many malformed sequences the whole text has in the encoding; stops counting at 1,000.
fn count_errors(reader: &mut (impl Read + Seek), encoding: &'static Encoding) -> Result<u32, ExchangeError> {
    reader.seek(SeekFrom::Start(0))?;
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut input = vec![0; SAMPLE_BYTES];
    let mut output = vec![0; SAMPLE_BYTES];
    let mut errors = 0;
    loop {
        let read = reader.read(&mut input)?;
        let mut fresh = &input[..read];
        loop {
            let is_last = read == 0;
            let (result, used, _) = decoder.decode_to_utf8_without_replacement(fresh, &mut output, is_last);
            fresh = &fresh[used..];
            match result {
                encoding_rs::DecoderResult::InputEmpty => break,
                encoding_rs::DecoderResult::OutputFull => {}
                encoding_rs::DecoderResult::Malformed(..) => errors += 1,
            }
            if errors >= 1000 {
                return Ok(errors);
            }
        }
        if read == 0 {
            return Ok(errors);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn detected(bytes: &[u8]) -> String {
        detect(&mut Cursor::new(bytes)).map(TextEncoding::name).unwrap_or_else(|error| error.code().to_owned())
    }

    const TABLE: &str =
        "姓名,学号,性别,家长手机号\r\n张三,20230001,男,13800138000\r\n欧阳娜娜,20230002,女,13900139000\r\n";

    #[test]
    fn chinese_tables_are_recognised_in_every_common_encoding() {
        assert_eq!(detected(TABLE.as_bytes()), "utf-8");
        assert_eq!(detected(&[b"\xEF\xBB\xBF", TABLE.as_bytes()].concat()), "utf-8");
        assert_eq!(detected(&GB18030.encode(TABLE).0), "gb18030");
        let little: Vec<u8> = TABLE.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = TABLE.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(detected(&little), "utf-16le");
        assert_eq!(detected(&big), "utf-16be");
        assert_eq!(detected(&[b"\xFF\xFE".as_slice(), &little].concat()), "utf-16le");
        assert_eq!(detected(&[b"\xFE\xFF".as_slice(), &big].concat()), "utf-16be");
    }

    #[test]
    fn a_traditional_table_is_big5_and_an_accented_one_is_neither() {
        let table = "姓名,學號,性別\r\n陳大文,20230001,男\r\n張小美,20230002,女\r\n";
        assert_eq!(detected(&BIG5.encode(table).0), "big5");
        let latin = "Name;Phone\r\nRené Müller;+49123\r\nJosé Ibáñez;+34123\r\n";
        assert_eq!(detected(&encoding_rs::WINDOWS_1252.encode(latin).0), "windows-1252");
        let rare = "Name,Title\r\nO'Neill,😀=1+1\r\nSmith,𠮷 €\r\n";
        assert_eq!(detected(&GB18030.encode(rare).0), "gb18030");
    }

    #[test]
    fn one_broken_character_does_not_change_the_encoding() {
        let mut bytes = GB18030.encode(TABLE).0.into_owned();
        bytes.extend(b"\xFF,1\r\n");
        assert_eq!(detected(&bytes), "gb18030");
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert_eq!(detected(&[0x7F, b'E', b'L', b'F', 0, 0, 0, 1, 2, 3, 0, 0, 9, 0, 1]), "file_format_unknown");
        assert_eq!(detected(b"%PDF-1.7\n%\x01\x02\x03\x04\x05\x06\x0E\x0F"), "file_format_unknown");
    }

    #[test]
    fn a_character_with_a_zero_byte_does_not_turn_utf_16_over() {
        for headings in ["姓名,学号,班级", "甲,乙,丙"] {
            let row = |n: u32| format!("张一一,{n},高一/一班\r\n");
            let table = format!("{headings}\r\n{}", (0..60).map(row).collect::<String>());
            let little: Vec<u8> = table.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = table.encode_utf16().flat_map(u16::to_be_bytes).collect();
            assert_eq!((detected(&little).as_str(), detected(&big).as_str()), ("utf-16le", "utf-16be"));
        }
    }

    #[test]
    fn a_stray_zero_byte_does_not_make_another_encoding() {
        assert_eq!(detected("姓名,学号\n张\0三,1\n".as_bytes()), "utf-8");
        assert_eq!(detected("Name,Phone\nA\0B,1\n".as_bytes()), "utf-8");
        assert_eq!(detected("x,y\nA\0B,1\n".as_bytes()), "file_format_unknown");
        let latin: Vec<u8> = "Name,Phone\r\nAnna,1\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(detected(&latin), "utf-16le");
    }

    #[test]
    fn utf_32_is_not_taken_for_utf_16() {
        for mark in [&[][..], &[0xFEFF][..]] {
            let characters = || mark.iter().copied().chain(TABLE.chars().map(u32::from));
            let little: Vec<u8> = characters().flat_map(u32::to_le_bytes).collect();
            let big: Vec<u8> = characters().flat_map(u32::to_be_bytes).collect();
            assert_eq!(detected(&little), "file_format_unknown");
            assert_eq!(detected(&big), "file_format_unknown");
        }
    }
}
