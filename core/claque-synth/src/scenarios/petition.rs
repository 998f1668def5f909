//! Benign: petitions with a share button. A core of organisers shares each one when it opens, with the button's
//! text; hundreds of strangers follow over hours with the same text and link.

use super::{Scenario, Size};
use crate::background::{linked, user};
use crate::crew::{Crew, EVENTS, MEAN_OWN_POSTS, add_strangers};
use crate::draft::{Act, Draft, Pointer};
use crate::rota::{Clock, Rota};
use crate::words::{self, Lang};

const MEMBERS: usize = 26;
const ROTA: Rota = Rota { events: 84, sharers: (8, 10), within: 45, fast: 0.55, fast_within: 8, clock: Clock::Rhythm };
const SITE: &str = "signhere.example";
/// Strangers per petition: 1/(1 - u LIMIT), so mostly few and up to fifty; and the time in which they sign.
const LIMIT: f64 = 0.98;
const MEAN_STRANGERS: usize = 4;
const SIGNING: i64 = 12 * 3600;

pub(super) const SIZE: Size = Size {
    users: MEMBERS,
    sites: 0,
    posts: ROTA.posts() + ROTA.events * MEAN_STRANGERS + (MEMBERS as f64 * MEAN_OWN_POSTS) as usize,
};

const BUTTON: [(&str, &str); Lang::COUNT] = [
    ("I signed the petition", "Every name counts, sign here:"),
    ("Ich habe die Petition unterschrieben", "Jeder Name zählt, hier unterschreiben:"),
    ("J'ai signé la pétition", "Chaque nom compte, signez ici :"),
];

pub(super) fn plant(draft: &mut Draft) {
    let scenario = Scenario::Petition;
    let crew = Crew::enlist(draft, scenario, MEMBERS, |_, lang, period, stream| user(period, lang, stream));
    for event in crew.plan(draft, scenario, &ROTA) {
        let mut stream = draft.stream(scenario.name(), EVENTS + event.number as u64);
        let page = Pointer::page(&format!("https://{SITE}/p/{}", event.number));
        let texts = Lang::ALL.map(|lang| {
            let (signed, call) = BUTTON[lang.index()];
            format!("{signed}: {}. {call}", words::headline(lang, &mut stream))
        });
        for turn in &event.turns {
            let account = crew.members[turn.member];
            let text = &texts[draft.accounts[account].lang.index()];
            let post = linked(draft, account, turn.at, Act::Post, text, page.clone());
            draft.add_post(post);
        }
        let strangers = (1.0 / (1.0 - stream.unit() * LIMIT)) as usize;
        add_strangers(draft, &mut stream, strangers, event.at, SIGNING, |draft, account, at, _| {
            let text = &texts[draft.accounts[account].lang.index()];
            linked(draft, account, at, Act::Post, text, page.clone())
        });
    }
    crew.post_ordinarily(draft, scenario);
}
