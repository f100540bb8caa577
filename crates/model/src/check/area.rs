//! Area codes at the head of resident ID numbers, down to the prefecture. An unknown area only ever warns: codes are
//! abolished, while a number keeps its area for life.

/// Numbers given out under GB/T 2260 (with Amendment 1, 2016) in any year since 1980, for each province the ranges of
/// its prefectures. Since 2025-09-01 the Ministry of Civil Affairs sets the codes (行政区划代码管理办法) and never gives an
/// abolished one to another place, so that a table over all years is unambiguous.
const PREFECTURES: &[(u32, &[(u32, u32)])] = &[
    (11, &[(0, 2)]),
    (12, &[(0, 2)]),
    (13, &[(0, 11), (21, 30), (90, 90)]),
    (14, &[(0, 11), (21, 27), (90, 90)]),
    (15, &[(0, 9), (21, 29)]),
    (21, &[(0, 14), (21, 22), (90, 90)]),
    (22, &[(0, 8), (21, 26), (90, 90)]),
    (23, &[(0, 12), (21, 27), (90, 90)]),
    (31, &[(0, 2)]),
    (32, &[(0, 13), (21, 27), (90, 90)]),
    (33, &[(0, 11), (21, 28), (90, 90)]),
    (34, &[(0, 18), (21, 29), (90, 90)]),
    (35, &[(0, 9), (21, 28), (90, 90)]),
    (36, &[(0, 11), (21, 26), (90, 90)]),
    (37, &[(0, 17), (21, 29), (90, 90)]),
    (41, &[(0, 17), (21, 30), (90, 90)]),
    (42, &[(0, 13), (21, 29), (90, 90)]),
    (43, &[(0, 13), (21, 31), (90, 90)]),
    (44, &[(0, 29), (51, 53), (90, 90)]),
    (45, &[(0, 14), (21, 28)]),
    (46, &[(0, 4), (90, 90)]),
    (50, &[(0, 3)]),
    (51, &[(0, 39), (70, 70), (90, 90)]),
    (52, &[(0, 6), (21, 27)]),
    (53, &[(0, 9), (21, 35)]),
    (54, &[(0, 6), (21, 27)]),
    (61, &[(0, 10), (21, 27), (90, 90)]),
    (62, &[(0, 12), (21, 30)]),
    (63, &[(0, 2), (21, 28)]),
    (64, &[(0, 5), (21, 22)]),
    (65, &[(0, 5), (21, 32), (40, 43), (90, 90)]),
];

/// Areas of the residence permit for people from Hong Kong, Macau and Taiwan (港澳台居民居住证).
pub(super) const RESIDENCE_PERMIT_AREAS: [u32; 3] = [810_000, 820_000, 830_000];

/// Whether numbers are issued in the area, as far as province and prefecture tell. 71 (Taiwan) has a code in GB/T 2260,
/// but no such numbers are issued.
pub(super) fn is_known_area(area: u32) -> bool {
    let (province, prefecture) = (area / 10_000, area / 100 % 100);
    RESIDENCE_PERMIT_AREAS.contains(&area)
        || PREFECTURES.iter().any(|(code, ranges)| {
            *code == province && ranges.iter().any(|(first, last)| (*first..=*last).contains(&prefecture))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_today_and_of_the_past_are_known_and_others_are_not() {
        for area in [110_105, 330_106, 440_524, 132_902, 513_723, 659_001, 810_000, 820_000, 830_000] {
            assert!(is_known_area(area), "{area}");
        }
        for area in [0, 133_100, 710_000, 160_101, 990_101, 810_001, 119_901] {
            assert!(!is_known_area(area), "{area}");
        }
    }
}
