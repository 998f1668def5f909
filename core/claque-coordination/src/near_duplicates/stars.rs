//! Groups from verified pairs: stars, in which every text was held against the leader itself.

/// Comparisons that are spent on a text beside the candidate pairs.
const MAX_TRIES: u8 = 16;

const FREE: u32 = u32::MAX;

/// The leader of each text; a text alone leads itself.
///
/// Star clustering (Aslam, Pelekhov and Rus 2004, "The star clustering algorithm for static and dynamic information
/// organization", JGAA 8): texts by falling weight, that is posts of the text and of all its verified neighbors,
/// then by canonical order; the first free one leads, its free neighbors follow it. Then the free neighbors of its
/// followers are held against it too, since banding may have missed that very pair: they follow only if they pass
/// themselves, so nobody joins by chaining. O(texts log texts + pairs + verifications), at most 16 of these a text.
pub(crate) fn stars(posts: &[u32], edges: &[(u32, u32)], mut verify: impl FnMut(u32, u32) -> bool) -> Vec<u32> {
    let neighbors = Neighbors::new(posts.len(), edges);
    let weight = |text: u32| {
        let around: u64 = neighbors.of(text).iter().map(|&other| u64::from(posts[other as usize])).sum();
        around + u64::from(posts[text as usize])
    };
    let mut order: Vec<(u64, u32)> = (0..posts.len() as u32).map(|text| (u64::MAX - weight(text), text)).collect();
    order.sort_unstable();
    let mut leader = vec![FREE; posts.len()];
    let mut tries = vec![0_u8; posts.len()];
    let mut asked = vec![FREE; posts.len()];
    let mut followers: Vec<u32> = Vec::new();
    for (_, text) in order {
        if leader[text as usize] != FREE {
            continue;
        }
        leader[text as usize] = text;
        followers.clear();
        for &next in neighbors.of(text) {
            if leader[next as usize] == FREE {
                leader[next as usize] = text;
                followers.push(next);
            }
        }
        let mut at = 0;
        while let Some(&follower) = followers.get(at) {
            at += 1;
            for &next in neighbors.of(follower) {
                let place = next as usize;
                if leader[place] != FREE || asked[place] == text || tries[place] == MAX_TRIES {
                    continue;
                }
                (asked[place], tries[place]) = (text, tries[place] + 1);
                if verify(text, next) {
                    leader[place] = text;
                    followers.push(next);
                }
            }
        }
    }
    leader
}

/// Both directions of the pairs, by text.
struct Neighbors {
    starts: Vec<u32>,
    of: Vec<u32>,
}

impl Neighbors {
    fn new(n: usize, edges: &[(u32, u32)]) -> Self {
        let mut starts = vec![0_u32; n + 1];
        for &(a, b) in edges {
            starts[a as usize + 1] += 1;
            starts[b as usize + 1] += 1;
        }
        for at in 0..n {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut of = vec![0; 2 * edges.len()];
        for (a, b) in edges.iter().flat_map(|&(a, b)| [(a, b), (b, a)]) {
            of[next[a as usize] as usize] = b;
            next[a as usize] += 1;
        }
        Self { starts, of }
    }

    fn of(&self, text: u32) -> &[u32] {
        &self.of[self.starts[text as usize] as usize..self.starts[text as usize + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_stars_around_its_heaviest_texts() {
        // 0 – 1 – 2 – 3 – 4: the texts with two neighbors weigh most, and the lowest of them leads
        let path = [(0, 1), (1, 2), (2, 3), (3, 4)];
        assert_eq!(stars(&[1; 5], &path, |_, _| false), [1, 1, 1, 3, 3]);
        // posts count: 2 and 3 cover 12 posts each
        assert_eq!(stars(&[1, 1, 1, 10, 1], &path, |_, _| false), [0, 2, 2, 2, 4]);
    }

    #[test]
    fn neighbors_of_followers_follow_only_if_they_pass_themselves() {
        let path = [(0, 1), (1, 2), (2, 3), (3, 4)];
        let asked = |like: fn(u32, u32) -> bool| stars(&[9, 1, 1, 1, 1], &path, like);
        assert_eq!(asked(|_, _| true), [1; 5]);
        assert_eq!(asked(|a, b| a.abs_diff(b) <= 2), [1, 1, 1, 1, 4]);
    }

    #[test]
    fn texts_without_pairs_lead_themselves() {
        assert_eq!(stars(&[1, 2, 3], &[], |_, _| true), [0, 1, 2]);
    }
}
