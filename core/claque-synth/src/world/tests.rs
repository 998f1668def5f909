//! What worlds promise: valid tables, groups that can be found and confirmed, surroundings that can be compared,
//! marks that concentrate, and bytes that depend on nothing but the settings.

mod groups;
mod surroundings;
mod validity;

use super::{World, WorldSettings, generate};
use polars::prelude::{DataFrame, StringChunked};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// The world of the quickstart, made once for all tests.
fn quickstart() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| generate(&WorldSettings::default()).expect("the default settings"))
}

fn small(scenarios: &[crate::Scenario]) -> World {
    let settings =
        WorldSettings { scenarios: scenarios.to_vec(), accounts: 1_500, posts: 12_000, ..WorldSettings::default() };
    generate(&settings).expect("room for few groups")
}

fn strings<'a>(frame: &'a DataFrame, column: &str) -> &'a StringChunked {
    frame.column(column).and_then(|c| c.str()).expect("a text column")
}

fn seconds(frame: &DataFrame, column: &str) -> Vec<Option<i64>> {
    let times = frame.column(column).and_then(|c| c.datetime()).expect("a time column");
    times.physical().iter().map(|t| t.map(|t| t / 1_000_000)).collect()
}

/// Members per group.
fn groups(world: &World) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut groups: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let (accounts, names) = (strings(&world.labels, "account_id"), strings(&world.labels, "group"));
    for (account, name) in accounts.iter().zip(names.iter()) {
        groups.entry(name.expect("a group")).or_default().insert(account.expect("an account"));
    }
    groups
}

/// A post as tests look at it.
struct Seen<'a> {
    account: &'a str,
    at: i64,
    kind: &'a str,
    lang: Option<&'a str>,
    text: &'a str,
    acts_upon: Option<&'a str>,
    /// Resolved pages.
    pages: Vec<&'a str>,
}

fn posts(world: &World) -> Vec<Seen<'_>> {
    let (posts, links) = (&world.tables["posts"], &world.tables["links"]);
    let mut pages: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let columns = ["post_id", "kind", "target", "final_url"].map(|c| strings(links, c));
    for row in 0..links.height() {
        let [post, kind, target, final_url] = columns.map(|c| c.get(row));
        if kind == Some("url") {
            pages.entry(post.expect("a post")).or_default().extend(final_url.or(target));
        }
    }
    let columns = ["post_id", "account_id", "kind", "lang", "text", "repost_of_id"].map(|c| strings(posts, c));
    let times = seconds(posts, "created_at");
    let row = |row: usize| {
        let [id, account, kind, lang, text, acts_upon] = columns.map(|c| c.get(row));
        Seen {
            account: account.expect("an account"),
            at: times[row].expect("a time"),
            kind: kind.expect("a kind"),
            lang,
            text: text.expect("a text"),
            acts_upon,
            pages: pages.remove(id.expect("an id")).unwrap_or_default(),
        }
    };
    (0..posts.height()).map(row).collect()
}
