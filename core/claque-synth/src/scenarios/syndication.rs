//! Benign: a newsroom's own accounts and its sister editions post the genuine pages of the house through one
//! scheduler, on the same second or close to it, with the same headline, partly through the house's own shortener;
//! readers pass some of them on later.

use super::{Scenario, Size};
use crate::background::{linked, user};
use crate::calendar::month_day;
use crate::crew::{Crew, EVENTS, MEAN_OWN_POSTS, add_strangers};
use crate::draft::{Account, Act, Draft, ListRow, Pointer};
use crate::random::Stream;
use crate::rota::{Clock, Rota};
use crate::words::{self, Lang};

const MEMBERS: usize = 25;
const ROTA: Rota = Rota { events: 84, sharers: (8, 10), within: 8, fast: 0.55, fast_within: 1, clock: Clock::Rhythm };
/// Pages lie on the main edition, more often, or on a sister edition.
const EDITIONS: [&str; 5] =
    ["harbourpost.example", "harbourpost.example", "harbourpost.example", "harbourpost.test", "harbourpost.invalid"];
const SCHEDULER: &str = "Desk Scheduler";
/// The house's own shortener and the share of links through it.
const SHORTENER: &str = "hbp.example";
const SHORTENED: f64 = 0.4;
/// Readers per page, and the time in which they share it.
const READERS: usize = 2;
const READING: i64 = 6 * 3600;

pub(super) const SIZE: Size = Size {
    users: MEMBERS,
    sites: 0,
    posts: ROTA.posts() + ROTA.events * READERS + (MEMBERS as f64 * MEAN_OWN_POSTS) as usize,
};

pub(super) fn plant(draft: &mut Draft) {
    let scenario = Scenario::Syndication;
    let crew = Crew::enlist(draft, scenario, MEMBERS, |_, lang, period, stream| Account {
        description: Some("Newsroom of Harbourpost".to_owned()),
        ..user(period, lang, stream)
    });
    let (key_type, key) = ("domain", SHORTENER.to_owned());
    draft.lists.push(ListRow {
        list: "shorteners",
        key_type,
        key,
        label: "shortener",
        valid_from: None,
        reliability: None,
    });
    for event in crew.plan(draft, scenario, &ROTA) {
        let mut stream = draft.stream(scenario.name(), EVENTS + event.number as u64);
        let edition = stream.pick(&EDITIONS);
        let page = format!("https://{edition}/{}/{}-{}", month_day(event.at), stream.pick(words::SLUGS), event.number);
        let headlines = Lang::ALL.map(|lang| words::headline(lang, &mut stream));
        for turn in &event.turns {
            let account = crew.members[turn.member];
            let headline = &headlines[draft.accounts[account].lang.index()];
            let link = house_link(&page, event.number, &mut stream);
            let mut post = linked(draft, account, turn.at, Act::Post, headline, link);
            post.client = Some(SCHEDULER);
            draft.add_post(post);
        }
        add_strangers(draft, &mut stream, READERS, event.at, READING, |draft, account, at, stream| {
            let text = words::reaction(draft.accounts[account].lang, stream);
            linked(draft, account, at, Act::Post, &text, Pointer::page(&page))
        });
    }
    crew.post_ordinarily(draft, scenario);
}

/// The page with the house's tracker, or its short form, which the house resolves in its export.
fn house_link(page: &str, number: usize, stream: &mut Stream) -> Pointer {
    if stream.chance(SHORTENED) {
        let short = format!("https://{SHORTENER}/{number}");
        return Pointer::Page { raw: short.clone(), target: short, final_url: Some(page.to_owned()) };
    }
    Pointer::Page { raw: format!("{page}?utm_source=desk"), target: page.to_owned(), final_url: None }
}
