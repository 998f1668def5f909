//! Which technique ids the DISARM Red Framework v1.6 has (DISARM Foundation, DISARMframeworks, 391 techniques).
//! Numbers only: names and texts are the foundation's.

/// Techniques without parts.
#[rustfmt::skip]
const PLAIN: [u16; 38] = [
    2, 3, 4, 10, 16, 18, 20, 29, 39, 40, 42, 44, 45, 46, 47, 59, 60, 61, 65, 66, 68, 73, 76, 77, 78, 79, 82, 83,
    95, 101, 107, 109, 110, 113, 117, 118, 122, 125,
];

/// Techniques with parts: number, first and last part of a run of them.
#[rustfmt::skip]
const PARTS: [(u16, u16, u16); 69] = [
    (14, 1, 2), (15, 1, 2), (17, 1, 1), (22, 1, 2), (23, 1, 2), (48, 1, 4), (49, 1, 8), (57, 1, 2), (72, 1, 5),
    (74, 1, 4), (75, 1, 1), (80, 1, 5), (81, 1, 8), (84, 1, 4), (85, 1, 1), (85, 3, 8), (86, 1, 4), (87, 1, 2),
    (88, 1, 2), (89, 1, 1), (89, 3, 3), (91, 1, 3), (92, 1, 3), (93, 1, 2), (94, 1, 2), (96, 1, 2),
    (97, 100, 112), (97, 200, 208), (98, 1, 2), (100, 1, 3), (102, 1, 3), (111, 1, 3), (114, 1, 2), (115, 1, 3),
    (116, 1, 1), (119, 1, 3), (120, 1, 2), (121, 1, 1), (123, 1, 4), (124, 1, 3), (126, 1, 2), (127, 1, 2),
    (128, 1, 5), (129, 1, 7), (129, 9, 10), (130, 1, 5), (131, 1, 2), (132, 1, 3), (133, 1, 5), (134, 1, 2),
    (135, 1, 4), (136, 1, 8), (137, 1, 6), (138, 1, 3), (139, 1, 3), (140, 1, 3), (143, 1, 4), (144, 1, 2),
    (145, 1, 7), (146, 1, 7), (147, 1, 4), (148, 1, 9), (149, 1, 9), (150, 1, 8), (151, 1, 17), (152, 1, 12),
    (153, 1, 7), (154, 1, 2), (155, 1, 7),
];

/// Is `T0049` or `T0049.003` in version 1.6?
pub(super) fn has(id: &str) -> bool {
    let (technique, part) = id.split_once('.').map_or((id, None), |(technique, part)| (technique, Some(part)));
    let number = |text: &str| text.parse::<u16>().ok();
    let Some(technique) = technique.strip_prefix('T').and_then(number) else { return false };
    match part {
        None => PLAIN.contains(&technique) || PARTS.iter().any(|(t, ..)| *t == technique),
        Some(part) => number(part).is_some_and(|part| {
            PARTS.iter().any(|(t, first, last)| *t == technique && (*first..=*last).contains(&part))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_391_techniques() {
        let techniques: std::collections::BTreeSet<u16> =
            PLAIN.iter().copied().chain(PARTS.iter().map(|(technique, ..)| *technique)).collect();
        let parts: u32 = PARTS.iter().map(|(_, first, last)| u32::from(last - first + 1)).sum();
        assert_eq!(techniques.len() as u32 + parts, 391);
    }

    #[test]
    fn ids_of_other_versions_are_not_known() {
        assert!(has("T0049") && has("T0049.008") && has("T0097.208") && has("T0002"));
        for id in ["T0049.009", "T0001", "T0097.150", "T0085.002", "T0002.001", "T9999", "0049", "T0049."] {
            assert!(!has(id), "{id}");
        }
    }
}
