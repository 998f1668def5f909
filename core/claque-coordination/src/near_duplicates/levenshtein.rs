//! Edit distance with a limit, 64 cells at a time. Ratios and thresholds live in `rule`.

/// Columns of the pattern's characters as bits, reused from pair to pair.
#[derive(Default)]
pub(crate) struct Levenshtein {
    /// Open addressing: character + 1, or 0 for a free place; beside it the number of the character's bits.
    keys: Vec<(u32, u32)>,
    bits: Vec<u64>,
    /// Vertical differences of +1 and of −1, per block of 64 rows.
    rows: Vec<(u64, u64)>,
}

impl Levenshtein {
    /// Insertions, deletions and substitutions between two texts, if they are `limit` or fewer.
    ///
    /// Bit-parallel in blocks (Myers 1999, 10.1145/316542.316550; Hyyrö 2003, "A bit-vector algorithm for computing
    /// Levenshtein and Damerau edit distances"): O(⌈shorter / 64⌉ · longer) after equal ends are cut off.
    pub(crate) fn distance(&mut self, a: &[char], b: &[char], limit: usize) -> Option<usize> {
        let (a, b) = without_equal_ends(a, b);
        let (pattern, text) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        if text.len() - pattern.len() > limit {
            return None;
        }
        if pattern.is_empty() {
            return Some(text.len());
        }
        self.learn(pattern);
        let blocks = pattern.len().div_ceil(64);
        let last = (pattern.len() - 1) % 64;
        let mut distance = pattern.len();
        for (at, &c) in text.iter().enumerate() {
            let columns = self.columns(c, blocks);
            let (plus, minus) = advance(&mut self.rows, columns.map(|from| &self.bits[from..from + blocks]), last);
            distance = distance + plus - minus;
            // each further character lowers the distance by one at most
            if distance > limit + (text.len() - 1 - at) {
                return None;
            }
        }
        (distance <= limit).then_some(distance)
    }

    fn learn(&mut self, pattern: &[char]) {
        let blocks = pattern.len().div_ceil(64);
        self.keys.clear();
        self.keys.resize((2 * pattern.len()).next_power_of_two(), (0, 0));
        self.bits.clear();
        self.rows.clear();
        self.rows.resize(blocks, (u64::MAX, 0));
        for (at, &c) in pattern.iter().enumerate() {
            let place = self.place(c);
            if self.keys[place].0 == 0 {
                self.keys[place] = (u32::from(c) + 1, (self.bits.len() / blocks) as u32);
                self.bits.resize(self.bits.len() + blocks, 0);
            }
            self.bits[self.keys[place].1 as usize * blocks + at / 64] |= 1 << (at % 64);
        }
    }

    fn columns(&self, c: char, blocks: usize) -> Option<usize> {
        let (key, number) = self.keys[self.place(c)];
        (key != 0).then_some(number as usize * blocks)
    }

    /// Where the character stands, or would.
    fn place(&self, c: char) -> usize {
        let mask = self.keys.len() - 1;
        let mut place = (u32::from(c).wrapping_mul(0x9E37_79B1) >> 7) as usize & mask;
        while self.keys[place].0 != 0 && self.keys[place].0 != u32::from(c) + 1 {
            place = (place + 1) & mask;
        }
        place
    }
}

/// One character of the text: the change of the distance in the last row as (+1, 0), (0, 1) or (0, 0).
fn advance(rows: &mut [(u64, u64)], columns: Option<&[u64]>, last: usize) -> (usize, usize) {
    let (mut plus_in, mut minus_in) = (1, 0);
    let mut change = (0, 0);
    for (block, (up, down)) in rows.iter_mut().enumerate() {
        let equal = columns.map_or(0, |columns| columns[block]) | minus_in;
        let diagonal = ((equal & *up).wrapping_add(*up) ^ *up) | equal | *down;
        let plus = *down | !(diagonal | *up);
        let minus = diagonal & *up;
        change = ((plus >> last) as usize & 1, (minus >> last) as usize & 1);
        let (shifted_plus, shifted_minus) = (plus << 1 | plus_in, minus << 1 | minus_in);
        (plus_in, minus_in) = (plus >> 63, minus >> 63);
        *up = shifted_minus | !(diagonal | shifted_plus);
        *down = diagonal & shifted_plus;
    }
    change
}

fn without_equal_ends<'a>(a: &'a [char], b: &'a [char]) -> (&'a [char], &'a [char]) {
    let front = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[front..], &b[front..]);
    let back = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    (&a[..a.len() - back], &b[..b.len() - back])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Wagner and Fischer's table, row by row.
    fn by_table(a: &[char], b: &[char]) -> usize {
        let mut row: Vec<usize> = (0..=b.len()).collect();
        for (i, x) in a.iter().enumerate() {
            let mut diagonal = std::mem::replace(&mut row[0], i + 1);
            for (j, y) in b.iter().enumerate() {
                let best = (diagonal + usize::from(x != y)).min(row[j] + 1).min(row[j + 1] + 1);
                diagonal = std::mem::replace(&mut row[j + 1], best);
            }
        }
        row[b.len()]
    }

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn textbook_distances() {
        let mut levenshtein = Levenshtein::default();
        for (a, b, expected) in [
            ("kitten", "sitting", 3),
            ("saturday", "sunday", 3),
            ("", "abc", 3),
            ("投票結果", "投票の成果", 2),
            ("", "", 0),
        ] {
            assert_eq!(levenshtein.distance(&chars(a), &chars(b), 10), Some(expected), "{a} {b}");
            assert_eq!(levenshtein.distance(&chars(b), &chars(a), expected), Some(expected), "{b} {a}");
            let below = expected.checked_sub(1).and_then(|limit| levenshtein.distance(&chars(a), &chars(b), limit));
            assert_eq!(below, None, "{a} {b}");
        }
    }

    proptest! {
        #[test]
        fn blocks_give_what_the_table_gives(
            a in proptest::collection::vec(prop::sample::select(vec!['a', 'b', 'c', 'я', '投', '😀']), 0..300),
            b in proptest::collection::vec(prop::sample::select(vec!['a', 'b', 'c', 'я', '投', '😀']), 0..300),
            limit in 0_usize..300,
        ) {
            let expected = by_table(&a, &b);
            prop_assert_eq!(Levenshtein::default().distance(&a, &b, limit), (expected <= limit).then_some(expected));
        }

        #[test]
        fn a_few_edits_cost_what_the_table_says(
            a in proptest::collection::vec(prop::char::range('a', 'f'), 1..200),
            edits in proptest::collection::vec((0_usize..200, prop::char::range('a', 'f'), 0..3), 0..12),
        ) {
            let mut b = a.clone();
            for (at, c, kind) in edits {
                let at = at.min(b.len());
                match kind {
                    0 => b.insert(at, c),
                    1 if at < b.len() => { b.remove(at); }
                    _ if at < b.len() => b[at] = c,
                    _ => {}
                }
            }
            let expected = by_table(&a, &b);
            let mut reused = Levenshtein::default();
            prop_assert_eq!(reused.distance(&b, &a, 400), Some(expected));
            prop_assert_eq!(reused.distance(&a, &b, 400), Some(expected));
        }
    }
}
