//! Case 1: throw-away accounts, registered in three waves, answer and quote popular posts with links to look-alike
//! pages of five invented brands. Some links go through one-use front domains; some pages stand on a threat feed; a
//! tenth of the comments carries residue of a chatbot; texts come back from other accounts in later rounds.

use super::{Scenario, Size};
use crate::background::{linked, reference::operator_domains};
use crate::calendar::{DAY, month_day};
use crate::crew::{Crew, EVENTS, MEAN_OWN_POSTS, throwaway};
use crate::draft::{Act, Draft, FeedRow, Pointer};
use crate::random::Stream;
use crate::rota::{Clock, Rota};
use crate::words::{self, Lang};

const MEMBERS: usize = 26;
const ROTA: Rota = Rota { events: 90, sharers: (8, 10), within: 45, fast: 0.55, fast_within: 8, clock: Clock::Rhythm };
/// Days before the period on which the registration waves begin, and their length.
const WAVES: [i64; 3] = [48, 38, 27];
const WAVE_DAYS: i64 = 7;
/// Share of members with an older, bought account.
const BOUGHT: f64 = 0.1;
/// Share of events that answer a popular post; the others quote one.
const REPLIES: f64 = 0.6;
/// Share of comments with residue of a chatbot.
const RESIDUE: f64 = 0.1;
/// Share of comments that were used in an earlier round, by anybody.
const REUSED: f64 = 0.25;
/// Share of events whose link goes through a one-use front.
const FRONTED: f64 = 0.15;
/// Share of pages on the threat feed; days after which they are added.
const ON_FEED: f64 = 0.4;
const FEED_DELAY_DAYS: i64 = 3;
/// How old the post that is answered may be.
const TARGET_AGE: i64 = 12 * 3600;
/// A look-alike is registered so many days before its first use.
const REGISTERED_BEFORE: i64 = 6;

/// Suffix swap, typo or combination of the five brands, in the order of their use.
const LOOKALIKES: [&str; 12] = [
    "quaycourier.test",
    "harborpost.example",
    "tidebroadcast.test",
    "millgazette.invalid",
    "harbourpost-live.example",
    "quaycuorier.example",
    "tidebroadcast.invalid",
    "millgazette-news.test",
    "ballotoffice.test",
    "harbourpast.test",
    "quaycourier-today.example",
    "milgazette.example",
];

pub(super) const SIZE: Size =
    Size { users: MEMBERS, sites: 0, posts: ROTA.posts() + (MEMBERS as f64 * MEAN_OWN_POSTS) as usize };

const COMMENTS: [[[&str; 6]; 3]; Lang::COUNT] = [
    [
        [
            "Read this before it is gone",
            "So this is what they hide",
            "Even the big paper says it now",
            "Look who pays for it",
            "I did not believe it at first",
            "Nobody on television will tell you",
        ],
        [
            "the port tax ruins every family",
            "our savings go abroad",
            "the council has known for months",
            "prices double by autumn",
            "the harbour is sold already",
            "the ministers laugh about us",
        ],
        [
            "and nobody answers",
            "and we are to keep quiet",
            "and the bill comes to us",
            "and it gets worse",
            "and they call it progress",
            "and the papers are sealed",
        ],
    ],
    [
        [
            "Lest das, bevor es weg ist",
            "Das also verschweigen sie",
            "Jetzt schreibt es sogar die große Zeitung",
            "Seht, wer das bezahlt",
            "Ich wollte es erst nicht glauben",
            "Im Fernsehen sagt es euch keiner",
        ],
        [
            "die Hafensteuer ruiniert jede Familie",
            "unser Erspartes geht ins Ausland",
            "der Rat weiß es seit Monaten",
            "im Herbst verdoppeln sich die Preise",
            "der Hafen ist längst verkauft",
            "die Minister lachen über uns",
        ],
        [
            "und keiner antwortet",
            "und wir sollen schweigen",
            "und die Rechnung kommt zu uns",
            "und es wird schlimmer",
            "und das nennen sie Fortschritt",
            "und die Akten sind versiegelt",
        ],
    ],
    [
        [
            "Lisez avant que ça disparaisse",
            "Voilà ce qu'ils cachent",
            "Même le grand journal l'écrit",
            "Regardez qui paie",
            "Je n'y croyais pas d'abord",
            "La télévision ne le dira pas",
        ],
        [
            "la taxe du port ruine chaque famille",
            "notre épargne part à l'étranger",
            "le conseil le sait depuis des mois",
            "les prix doublent à l'automne",
            "le port est déjà vendu",
            "les ministres rient de nous",
        ],
        [
            "et personne ne répond",
            "et il faut se taire",
            "et la facture est pour nous",
            "et cela empire",
            "et ils appellent ça le progrès",
            "et les dossiers sont scellés",
        ],
    ],
];

const LEFTOVERS: [&str; 4] = [
    "As an AI language model, I cannot take sides, but",
    "Sure, here is a rewritten tweet:",
    "I cannot generate hateful content, however:",
    "Sure, here's a tweet in the requested tone:",
];

pub(super) fn plant(draft: &mut Draft) {
    let scenario = Scenario::ClonedMedia;
    let crew = Crew::enlist(draft, scenario, MEMBERS, |member, lang, period, stream| {
        let wave = WAVES[member % WAVES.len()] * DAY;
        let created = if stream.chance(BOUGHT) {
            period.start - stream.between(400, 3000) * DAY
        } else {
            period.start - wave + stream.between(0, WAVE_DAYS * DAY - 1)
        };
        throwaway(period, lang, created, stream)
    });
    register_lookalikes(draft);
    let mut used: Vec<(usize, String)> = Vec::new();
    for event in crew.plan(draft, scenario, &ROTA) {
        let mut stream = draft.stream(scenario.name(), EVENTS + event.number as u64);
        let domain = LOOKALIKES[event.number * LOOKALIKES.len() / ROTA.events];
        let page = format!("https://{domain}/{}/{}-{}", month_day(event.at), stream.pick(words::SLUGS), event.number);
        if stream.chance(ON_FEED) {
            let added_at = event.at + stream.between(0, FEED_DELAY_DAYS * DAY);
            let key = page.clone();
            draft.feeds.push(FeedRow { feed: "openthreats", kind: "url", key, threat: "phishing", added_at });
        }
        let link = front(page, &mut stream);
        let lang = Lang::ALL[event.number % Lang::COUNT];
        let target = draft.popular_post(&mut stream, lang, event.at, TARGET_AGE);
        let act = match target {
            Some(target) if stream.chance(REPLIES) => Act::Reply(target),
            Some(target) => Act::Quote(target),
            None => Act::Post,
        };
        for turn in &event.turns {
            let account = crew.members[turn.member];
            let text = comment(draft.accounts[account].lang, event.number, &mut used, &mut stream);
            let post = linked(draft, account, turn.at, act, &text, link.clone());
            draft.add_post(post);
        }
    }
    crew.post_ordinarily(draft, scenario);
}

/// Each look-alike is registered by the same operator shortly before its first use.
fn register_lookalikes(draft: &mut Draft) {
    let mut stream = draft.stream("lookalikes", 0);
    let mut rows = operator_domains(&mut stream, &LOOKALIKES.map(str::to_owned), 0, 1);
    let days = i64::from(draft.period.days);
    for (number, row) in rows.iter_mut().enumerate() {
        let first_use = draft.period.start + number as i64 * days * DAY / LOOKALIKES.len() as i64;
        row.registered_at = Some(first_use - REGISTERED_BEFORE * DAY + stream.between(0, DAY));
    }
    draft.domains.extend(rows);
}

/// The page itself, or a one-use front that leads to it.
fn front(page: String, stream: &mut Stream) -> Pointer {
    if !stream.chance(FRONTED) {
        return Pointer::page(&page);
    }
    let front = format!("https://{}{}.example/go", words::name(stream).to_lowercase(), stream.hex(4));
    Pointer::Page { raw: front.clone(), target: front, final_url: Some(page) }
}

/// A comment in that language; now and then one of an earlier round, or one with residue.
fn comment(lang: Lang, round: usize, used: &mut Vec<(usize, String)>, stream: &mut Stream) -> String {
    let code = lang.code();
    if stream.chance(REUSED) {
        let old: Vec<&String> =
            used.iter().filter(|(r, t)| r + 3 < round && t.starts_with(code)).map(|(_, t)| t).collect();
        if !old.is_empty() {
            return stream.pick(&old)[code.len()..].to_owned();
        }
    }
    let [first, second, third] = &COMMENTS[lang.index()];
    let claim = format!("{} {}", stream.pick(second), stream.pick(third));
    let said = words::sentence(lang, stream);
    let text = if stream.chance(RESIDUE) {
        format!("{} {claim}. {said}", stream.pick(&LEFTOVERS))
    } else {
        format!("{}: {claim}. {said}", stream.pick(first))
    };
    used.push((round, format!("{code}{text}")));
    text
}
