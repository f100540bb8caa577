//! Reed-Solomon error correction over GF(256) with the polynomial x^8 + x^4 + x^3 + x^2 + 1 (ISO/IEC 18004, 7.5).

use super::capacity::{Level, raw_codewords};

const MAX_CORRECTION: usize = 30;

/// Powers of the generator 2, twice over so that two logarithms can be added without a modulus.
const POWER: [u8; 512] = {
    let mut power = [0; 512];
    let mut value = 1u16;
    let mut at = 0;
    while at < 255 {
        power[at] = value as u8;
        power[at + 255] = value as u8;
        value <<= 1;
        if value > 255 {
            value ^= 0x11D;
        }
        at += 1;
    }
    power
};

const LOGARITHM: [u8; 256] = {
    let mut logarithm = [0; 256];
    let mut at = 0;
    while at < 255 {
        logarithm[POWER[at] as usize] = at as u8;
        at += 1;
    }
    logarithm
};

/// Logarithms of the generator polynomials' coefficients by degree, highest power first, the leading 1 left out.
const GENERATOR: [[u8; MAX_CORRECTION]; MAX_CORRECTION + 1] = {
    let mut all = [[0; MAX_CORRECTION]; MAX_CORRECTION + 1];
    let mut degree = 1;
    while degree <= MAX_CORRECTION {
        let mut polynomial = [0u8; MAX_CORRECTION];
        polynomial[degree - 1] = 1;
        let mut root = 0;
        while root < degree {
            let mut j = 0;
            while j < degree {
                if polynomial[j] != 0 {
                    polynomial[j] = POWER[LOGARITHM[polynomial[j] as usize] as usize + root];
                }
                if j + 1 < degree {
                    polynomial[j] ^= polynomial[j + 1];
                }
                j += 1;
            }
            root += 1;
        }
        let mut j = 0;
        while j < degree {
            // No coefficient of these generators is zero, so each has a logarithm.
            assert!(polynomial[j] != 0);
            all[degree][j] = LOGARITHM[polynomial[j] as usize];
            j += 1;
        }
        degree += 1;
    }
    all
};

/// Adds error correction to the data codewords and interleaves the blocks (ISO/IEC 18004, 7.6).
pub(super) fn protect(data: &[u8], version: u8, level: Level) -> Vec<u8> {
    let (correction, blocks) = level.blocks(version);
    let total = raw_codewords(version);
    let short = data.len() / blocks;
    let longer_blocks = data.len() % blocks;
    let mut out = vec![0; total];
    let mut taken = 0;
    for block in 0..blocks {
        let is_longer = block >= blocks - longer_blocks;
        let length = short + usize::from(is_longer);
        let part = &data[taken..taken + length];
        taken += length;
        for (at, &byte) in part.iter().enumerate() {
            // Only the longer blocks have a last column, so it is as wide as they are many.
            let column =
                if at < short { at * blocks + block } else { short * blocks + block - (blocks - longer_blocks) };
            out[column] = byte;
        }
        for (at, byte) in remainder(part, correction).into_iter().take(correction).enumerate() {
            out[data.len() + at * blocks + block] = byte;
        }
    }
    out
}

fn remainder(data: &[u8], correction: usize) -> [u8; MAX_CORRECTION] {
    let generator = &GENERATOR[correction][..correction];
    let mut rest = [0; MAX_CORRECTION + 1];
    for &byte in data {
        let factor = byte ^ rest[0];
        rest.copy_within(1..=correction, 0);
        if factor != 0 {
            let logarithm = usize::from(LOGARITHM[usize::from(factor)]);
            for (value, &coefficient) in rest.iter_mut().zip(generator) {
                *value ^= POWER[logarithm + usize::from(coefficient)];
            }
        }
    }
    let mut out = [0; MAX_CORRECTION];
    out.copy_from_slice(&rest[..MAX_CORRECTION]);
    out
}
