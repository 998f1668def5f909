//! Benign: a party and its volunteers repost the party's posts and link its pages at announced hours. Accounts were
//! created over years, texts are their own, the party says who it is.

use super::{Scenario, Size};
use crate::background::{linked, plain, repost, user};
use crate::calendar::month_day;
use crate::crew::{Crew, EVENTS, MEAN_OWN_POSTS};
use crate::draft::{Account, Act, Draft, Pointer};
use crate::rota::{Clock, Rota};
use crate::words;

const MEMBERS: usize = 26;
const ROTA: Rota =
    Rota { events: 90, sharers: (9, 10), within: 45, fast: 0.55, fast_within: 8, clock: Clock::Hours(&[8, 12, 18]) };
/// Index of the party's own account.
const PARTY: usize = 0;
/// The party posts so many seconds before the announced hour.
const POSTED_BEFORE: i64 = 600;
/// Every so many events one is a repost; the others link a page.
const REPOST_EVERY: usize = 6;
const SITE: &str = "springunion.example";
const TAG: &str = "SpringUnion";

pub(super) const SIZE: Size = Size {
    users: MEMBERS,
    sites: 0,
    posts: ROTA.posts() + ROTA.events / REPOST_EVERY + (MEMBERS as f64 * MEAN_OWN_POSTS) as usize,
};

pub(super) fn plant(draft: &mut Draft) {
    let scenario = Scenario::PartyDay;
    let crew = Crew::enlist(draft, scenario, MEMBERS, |member, lang, period, stream| {
        let person = user(period, lang, stream);
        let role =
            if member == PARTY { "Official account of the Spring Union" } else { "Volunteer of the Spring Union" };
        Account { description: Some(role.to_owned()), ..person }
    });
    for event in crew.plan(draft, scenario, &ROTA) {
        let mut stream = draft.stream(scenario.name(), EVENTS + event.number as u64);
        let party = crew.members[PARTY];
        let page = format!("https://{SITE}/{}/{}-{}", month_day(event.at), stream.pick(words::SLUGS), event.number);
        let announced = (event.number % REPOST_EVERY == 0).then(|| {
            let text = format!("{} #{TAG}", words::sentence(draft.accounts[party].lang, &mut stream));
            let mut post = plain(draft, party, event.at - POSTED_BEFORE, Act::Post, text);
            post.pointers.push(Pointer::Hashtag(TAG.to_owned()));
            draft.add_post(post)
        });
        for turn in &event.turns {
            let account = crew.members[turn.member];
            let post = match announced {
                Some(_) if account == party => continue,
                Some(target) => repost(draft, &mut stream, account, turn.at, target),
                None => {
                    let text = words::sentence(draft.accounts[account].lang, &mut stream);
                    linked(draft, account, turn.at, Act::Post, &text, Pointer::page(&page))
                }
            };
            draft.add_post(post);
        }
    }
    crew.post_ordinarily(draft, scenario);
}
