//! How a domain can look like a brand's: six rules, tried in order, the first that fits counts.

use crate::brands::Brand;
use crate::host::Parts;
use unicode_security::MixedScript;

/// A way to look like a brand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
    /// The label under another suffix.
    Suffix,
    /// The label with something added.
    Combination,
    /// The label misspelt.
    Typo,
    /// The label in letters that look the same.
    Homoglyph,
    /// The label or the whole domain in the sub-domain of another one.
    Subdomain,
    /// The whole domain with a pseudo-suffix behind it.
    SuffixTrick,
}

impl Rule {
    pub(crate) const ALL: [Self; 6] =
        [Self::Suffix, Self::Combination, Self::Typo, Self::Homoglyph, Self::Subdomain, Self::SuffixTrick];

    /// The word in the note of a mark.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Suffix => "suffix",
            Self::Combination => "combination",
            Self::Typo => "typo",
            Self::Homoglyph => "homoglyph",
            Self::Subdomain => "sub-domain",
            Self::SuffixTrick => "suffix trick",
        }
    }

    /// Does the host, which is no official one, look like the brand's by this rule?
    pub(crate) fn fits(self, host: &Parts, brand: &Brand, min_label: usize) -> bool {
        let label = brand.official.label.as_str();
        let long_enough = brand.length >= min_label;
        match self {
            Self::Suffix => brand.length >= 3 && host.label == label,
            Self::Combination => {
                long_enough
                    && (host.label.split('-').any(|token| token == label)
                        || (brand.length >= 5 && host.label.contains(label)))
            }
            // a label in punycode is nobody's slip of a key
            Self::Typo => {
                long_enough
                    && !host.written.starts_with("xn--")
                    && host.label.is_ascii()
                    && is_misspelt(&host.label, brand, host)
            }
            Self::Homoglyph => long_enough && host.label != label && looks_like(&host.label, brand),
            Self::Subdomain => {
                let labels: Vec<&str> = host.subdomain().collect();
                (long_enough && labels.contains(&label)) || contains(&labels, &brand.official.domain)
            }
            Self::SuffixTrick => contains(&host.host.split('.').collect::<Vec<_>>(), &brand.official.domain),
        }
    }
}

/// Optimal string alignment distance of 1 for labels of 5 to 8 letters, of 2 for longer ones; of 1 for
/// labels of 4 letters where names are taken at random, under generic and new suffixes.
fn is_misspelt(label: &str, brand: &Brand, host: &Parts) -> bool {
    let most = match brand.length {
        0..=3 => 0,
        4 => usize::from(host.has_generic_suffix()),
        5..=8 => 1,
        _ => 2,
    };
    // a cheap bound before the quadratic comparison
    most > 0
        && label.chars().count().abs_diff(brand.length) <= most
        && (1..=most).contains(&strsim::osa_distance(label, &brand.official.label))
}

/// The same skeleton; or letters of several scripts in one label that holds the brand's skeleton.
fn looks_like(label: &str, brand: &Brand) -> bool {
    let seen = skeleton(label);
    seen == brand.skeleton
        || (!label.is_single_script()
            && (seen.contains(&brand.skeleton)
                || (brand.length >= 5 && strsim::osa_distance(&seen, &brand.skeleton) <= 1)))
}

/// What a label looks like, by the confusables of UTS #39.
pub(crate) fn skeleton(label: &str) -> String {
    unicode_security::skeleton(label).collect()
}

/// Do the labels of the domain stand in a row among these?
fn contains(labels: &[&str], domain: &str) -> bool {
    let wanted: Vec<&str> = domain.split('.').collect();
    labels.windows(wanted.len()).any(|window| window == wanted)
}
