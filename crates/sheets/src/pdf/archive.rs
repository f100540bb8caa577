//! What a PDF for readers of every kind and for the archive must say of itself (ISO 19005-2, level A; ISO 14289-1): its
//! metadata as XMP, and what its colours mean.

/// The metadata stream. Title and producer are those of the document's own dictionary.
pub(super) fn metadata(title: &str, language: &str) -> String {
    let (title, language) = (escaped(title), escaped(language));
    // The last schema is not one that ISO 19005-2 knows, so it is described (6.6.2.3).
    format!(
        "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
        <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n\
        <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n\
        <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
        xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\" \
        xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\" \
        xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\" \
        xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\" \
        xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\">\n\
        <dc:format>application/pdf</dc:format>\n\
        <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>\n\
        <dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>\n\
        <pdf:Producer>Mingce</pdf:Producer>\n\
        <pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>\n\
        <pdfuaid:part>1</pdfuaid:part>\n\
        <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType=\"Resource\">\
        <pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>\
        <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
        <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
        <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType=\"Resource\">\
        <pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
        <pdfaProperty:category>internal</pdfaProperty:category>\
        <pdfaProperty:description>Part of ISO 14289 that the file keeps</pdfaProperty:description>\
        </rdf:li></rdf:Seq></pdfaSchema:property>\
        </rdf:li></rdf:Bag></pdfaExtension:schemas>\n\
        </rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"w\"?>"
    )
}

/// Text as XML holds it; what XML cannot hold is left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{0}'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => {}
            _ => out.push(character),
        }
    }
    out
}

/// The profile of sRGB (IEC 61966-2-1) as ICC.1:2004-10 writes one: three colours, adapted to D50, and one curve.
pub(super) fn srgb() -> Vec<u8> {
    let fixed = |value: f64| ((value * 65536.0).round() as i32).to_be_bytes();
    let xyz = |values: [f64; 3]| {
        let mut tag = b"XYZ \0\0\0\0".to_vec();
        values.iter().for_each(|value| tag.extend(fixed(*value)));
        tag
    };
    let text = |words: &str| {
        let mut tag = b"mluc\0\0\0\0".to_vec();
        for number in [1, 12, u32::from_be_bytes(*b"enUS"), words.len() as u32 * 2, 28] {
            tag.extend(number.to_be_bytes());
        }
        tag.extend(words.encode_utf16().flat_map(u16::to_be_bytes));
        tag
    };
    let mut curve = b"para\0\0\0\0\0\x03\0\0".to_vec();
    [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045].iter().for_each(|value| curve.extend(fixed(*value)));
    let mut adaptation = b"sf32\0\0\0\0".to_vec();
    // From D65 to D50, by Bradford.
    let bradford = [1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168];
    bradford.iter().for_each(|value| adaptation.extend(fixed(*value)));
    let tags: [(&[u8; 4], Vec<u8>); 10] = [
        (b"desc", text("sRGB")),
        (b"cprt", text("No copyright, use freely")),
        (b"wtpt", xyz([0.9642, 1.0, 0.8249])),
        (b"chad", adaptation),
        (b"rXYZ", xyz([0.43607, 0.22249, 0.01392])),
        (b"gXYZ", xyz([0.38515, 0.71687, 0.09708])),
        (b"bXYZ", xyz([0.14307, 0.06061, 0.71410])),
        (b"rTRC", curve.clone()),
        (b"gTRC", curve.clone()),
        (b"bTRC", curve),
    ];
    let mut table = (tags.len() as u32).to_be_bytes().to_vec();
    let mut data = Vec::new();
    for (name, tag) in &tags {
        let offset = 128 + 4 + 12 * tags.len() + data.len();
        table.extend_from_slice(*name);
        table.extend((offset as u32).to_be_bytes());
        table.extend((tag.len() as u32).to_be_bytes());
        data.extend_from_slice(tag);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    let mut header = vec![0; 128];
    header[..4].copy_from_slice(&((128 + table.len() + data.len()) as u32).to_be_bytes());
    header[8..12].copy_from_slice(&[4, 0x20, 0, 0]);
    header[12..24].copy_from_slice(b"mntrRGB XYZ ");
    // A day is asked for; that of the standard.
    for (at, part) in [2004u16, 10, 1, 0, 0, 0].into_iter().enumerate() {
        header[24 + at * 2..26 + at * 2].copy_from_slice(&part.to_be_bytes());
    }
    header[36..40].copy_from_slice(b"acsp");
    [0.9642, 1.0, 0.8249].iter().enumerate().for_each(|(at, value)| {
        header[68 + at * 4..72 + at * 4].copy_from_slice(&fixed(*value));
    });
    [header, table, data].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_break_out_of_the_metadata() {
        let made = metadata("<一班> & \u{1}\"二班\"", "zh-CN");
        assert!(made.contains("&lt;一班&gt; &amp; &quot;二班&quot;</rdf:li>"));
        assert_eq!(made.matches("<rdf:Description").count(), 1);
    }

    #[test]
    fn the_profile_says_how_long_it_is_and_its_tags_lie_within() {
        let profile = srgb();
        let number = |at: usize| u32::from_be_bytes(profile[at..at + 4].try_into().expect("four")) as usize;
        assert_eq!(number(0), profile.len());
        for tag in 0..number(128) {
            let entry = 132 + tag * 12;
            assert!(number(entry + 4) + number(entry + 8) <= profile.len() && number(entry + 4).is_multiple_of(4));
        }
        // White is the sum of the colours.
        let colour = |at: usize| [0, 4, 8].map(|part| number(at + 8 + part) as f64 / 65536.0);
        let all: Vec<[f64; 3]> = (4..7).map(|tag| colour(number(132 + tag * 12 + 4))).collect();
        for (part, white) in [0.9642, 1.0, 0.8249].into_iter().enumerate() {
            let sum: f64 = all.iter().map(|colour| colour[part]).sum();
            assert!((sum - white).abs() < 0.001, "{sum}");
        }
    }
}
