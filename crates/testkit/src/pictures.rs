//! Pictures to make photos of, made here: PNG without compression, so that nothing but arithmetic is needed.

/// A picture of plain bands, light above and dark below. Different seeds give different pictures.
pub fn png(width: u32, height: u32, seed: u8) -> Vec<u8> {
    let mut rows = Vec::new();
    for y in 0..height {
        rows.push(0);
        for x in 0..width {
            let light = if y < height / 2 { 200 } else { 60 };
            rows.extend([light ^ (seed & 0x1F), ((x * 40 / width) as u8).wrapping_add(seed), 90]);
        }
    }
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    // Eight bits, colours, no interlacing.
    header.extend([8, 2, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut png, b"IHDR", &header);
    chunk(&mut png, b"IDAT", &stored(&rows));
    chunk(&mut png, b"IEND", &[]);
    png
}

fn chunk(png: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    png.extend((data.len() as u32).to_be_bytes());
    let named = [name.as_slice(), data].concat();
    png.extend(&named);
    png.extend(crc(&named).to_be_bytes());
}

/// zlib with stored blocks (RFC 1950, RFC 1951 3.2.4).
fn stored(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let blocks = data.chunks(0xFFFF);
    let last = blocks.len().saturating_sub(1);
    for (place, block) in blocks.enumerate() {
        let length = block.len() as u16;
        out.push(u8::from(place == last));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    let (mut a, mut b) = (1u32, 0u32);
    for byte in data {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    out.extend((b << 16 | a).to_be_bytes());
    out
}

/// CRC-32 as PNG wants it (ISO/IEC 15948, annex D).
fn crc(data: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in data {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { 0xEDB8_8320 ^ (crc >> 1) } else { crc >> 1 };
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_standard() {
        // The check value of CRC-32/ISO-HDLC.
        assert_eq!(crc(b"123456789"), 0xCBF4_3926);
        assert_eq!(&png(60, 70, 1)[..8], b"\x89PNG\r\n\x1a\n");
    }
}
