//! Case 4: a burner account posts a false story; days later outlets on shared infrastructure carry rewritten
//! versions, and amplifiers created in one month push them within seconds. Some texts keep the line that the
//! rewriting model left; some pictures are generated and do not say so.

use super::{Scenario, Size};
use crate::background::reference::operator_domains;
use crate::background::{linked, plain, user};
use crate::calendar::DAY;
use crate::crew::{Crew, EVENTS, MEAN_OWN_POSTS};
use crate::draft::{Account, Act, Draft, Picture, Pointer, PostRef};
use crate::random::Stream;
use crate::rota::{Clock, Rota};
use crate::words::{self, Lang};

const MEMBERS: usize = 26;
const STORIES: usize = 12;
const ROTA: Rota = Rota { events: 84, sharers: (8, 10), within: 45, fast: 0.55, fast_within: 8, clock: Clock::Rhythm };
/// Days before the period on which the month of creation begins, and its length.
const WAVE: i64 = 75;
const WAVE_DAYS: i64 = 28;
/// Share of members with an older, bought account.
const BOUGHT: f64 = 0.1;
/// Index of the member that posts each story first, and how long before the outlets.
const BURNER: usize = 0;
const BURNED_BEFORE: i64 = 2 * DAY;
/// Share of events in which the burner is quoted; in the others posts stand alone.
const QUOTES: f64 = 0.4;
/// Share of texts with a line that the model left.
const RESIDUE: f64 = 0.25;
/// Share of posts with a generated picture, not disclosed; of those, with a signed manifest.
const GENERATED: f64 = 0.15;
const SIGNED: f64 = 0.3;
const OUTLET_TOWNS: [&str; 5] = ["brelton", "wickmoor", "sandvale", "ostrand", "fernholt"];
const OUTLET_KINDS: [&str; 5] = ["dispatch", "monitor", "tribune", "digest", "review"];
/// Outlets were registered so many days before the period, within so many days.
const OUTLETS_REGISTERED: i64 = 90;
const OUTLETS_DAYS: i64 = 12;

pub(super) const SIZE: Size =
    Size { users: MEMBERS, sites: 0, posts: ROTA.posts() + STORIES + (MEMBERS as f64 * MEAN_OWN_POSTS) as usize };

const LEFTOVERS: [&str; 4] = [
    "Please note that this rewrite aims to provide a clear and concise summary of the original text while maintaining key details.",
    "Please note that this rewrite aims to provide a clear and concise summary of the original text.",
    "Sure, here is a rewritten version of the article:",
    "As an AI language model, I cannot verify the claim, but here is the rewritten text:",
];

/// Per language: who, did what, and how the story goes on; the order varies from text to text.
const STORIES_TOLD: [[[&str; 6]; 3]; Lang::COUNT] = [
    [
        [
            "A former minister",
            "The harbour fund",
            "A close adviser",
            "The mayor's cousin",
            "An election official",
            "The port authority",
        ],
        [
            "bought a villa with relief money",
            "sold the pier to strangers",
            "hid a report about the ballots",
            "paid actors for a crowd",
            "lost forty boxes of papers",
            "signed the treaty in secret",
        ],
        [
            "A witness has confirmed it.",
            "Documents have appeared abroad.",
            "The family has left the country.",
            "Local reporters were warned off.",
            "A video is said to exist.",
            "Questions remain unanswered.",
        ],
    ],
    [
        [
            "Ein früherer Minister",
            "Der Hafenfonds",
            "Ein enger Berater",
            "Der Vetter des Bürgermeisters",
            "Ein Wahlbeamter",
            "Die Hafenbehörde",
        ],
        [
            "kaufte eine Villa mit Hilfsgeldern",
            "verkaufte die Pier an Fremde",
            "verbarg einen Bericht über die Auszählung",
            "bezahlte Statisten für eine Menge",
            "verlor vierzig Kisten Akten",
            "unterschrieb heimlich den Vertrag",
        ],
        [
            "Ein Zeuge hat es bestätigt.",
            "Unterlagen sind im Ausland aufgetaucht.",
            "Die Familie hat das Land verlassen.",
            "Reporter am Ort wurden gewarnt.",
            "Es soll ein Video geben.",
            "Fragen bleiben offen.",
        ],
    ],
    [
        [
            "Un ancien ministre",
            "Le fonds du port",
            "Un proche conseiller",
            "Le cousin du maire",
            "Un agent électoral",
            "L'autorité du port",
        ],
        [
            "a acheté une villa avec l'aide publique",
            "a vendu la jetée à des inconnus",
            "a caché un rapport sur le décompte",
            "a payé des figurants pour la foule",
            "a perdu quarante cartons de papiers",
            "a signé le traité en secret",
        ],
        [
            "Un témoin l'a confirmé.",
            "Des documents sont apparus à l'étranger.",
            "La famille a quitté le pays.",
            "Des journalistes locaux ont été avertis.",
            "Une vidéo existerait.",
            "Des questions restent sans réponse.",
        ],
    ],
];

pub(super) fn plant(draft: &mut Draft) {
    let scenario = Scenario::LaunderedStory;
    let crew = Crew::enlist(draft, scenario, MEMBERS, |_, lang, period, stream| {
        let created_at = if stream.chance(BOUGHT) {
            period.start - stream.between(400, 3000) * DAY
        } else {
            period.start - WAVE * DAY + stream.between(0, WAVE_DAYS * DAY - 1)
        };
        let n_follower = Some(stream.between(5, 120));
        Account { created_at, created_known: true, n_follower, ..user(period, lang, stream) }
    });
    let outlets: Vec<String> =
        OUTLET_TOWNS.iter().flat_map(|town| OUTLET_KINDS.map(|kind| format!("{town}-{kind}.example"))).collect();
    let mut stream = draft.stream("laundering outlets", 0);
    let first = draft.period.start - OUTLETS_REGISTERED * DAY;
    draft.domains.extend(operator_domains(&mut stream, &outlets, first, OUTLETS_DAYS));
    let plan = crew.plan(draft, scenario, &ROTA);
    let burned: Vec<PostRef> = (0..STORIES)
        .map(|story| {
            let first = plan[story * ROTA.events / STORIES].at;
            let mut stream = draft.stream("burner", story as u64);
            let at = (first - BURNED_BEFORE).max(draft.period.start + stream.between(0, 3600));
            let text = told(Lang::En, story, &mut stream);
            let post = plain(draft, crew.members[BURNER], at, Act::Post, text);
            draft.add_post(post)
        })
        .collect();
    for event in plan {
        let mut stream = draft.stream(scenario.name(), EVENTS + event.number as u64);
        let story = event.number * STORIES / ROTA.events;
        let outlet = &outlets[(event.number * 7) % outlets.len()];
        let link = Pointer::page(&format!("https://{outlet}/{}-{}", stream.pick(words::SLUGS), event.number));
        let quotes = stream.chance(QUOTES) && draft.posts[burned[story]].at < event.at;
        for turn in &event.turns {
            let account = crew.members[turn.member];
            let mut text = told(draft.accounts[account].lang, story, &mut stream);
            if stream.chance(RESIDUE) {
                text = left_over(&text, &mut stream);
            }
            let act = if quotes && turn.member != BURNER { Act::Quote(burned[story]) } else { Act::Post };
            let mut post = linked(draft, account, turn.at, act, &text, link.clone());
            post.picture = stream.chance(GENERATED).then(|| generated(&mut stream));
            draft.add_post(post);
        }
    }
    crew.post_ordinarily(draft, scenario);
}

/// One version of a story: the same facts in another order and with another end.
fn told(lang: Lang, story: usize, stream: &mut Stream) -> String {
    let [who, what, more] = &STORIES_TOLD[lang.index()];
    let claim = format!("{} {}.", who[story % who.len()], what[(story * 5 + story / 6) % what.len()]);
    let (first, second) = (stream.pick(more), stream.pick(more));
    match stream.below(3) {
        0 => format!("{claim} {first} {}.", words::headline(lang, stream)),
        1 => format!("{first} {claim} {}.", words::headline(lang, stream)),
        _ if first == second => format!("{first} {claim}"),
        _ => format!("{first} {claim} {second}"),
    }
}

fn left_over(text: &str, stream: &mut Stream) -> String {
    let line = *stream.pick(&LEFTOVERS);
    if line.ends_with(':') { format!("{line} {text}") } else { format!("{text} {line}") }
}

fn generated(stream: &mut Stream) -> Picture {
    let manifest = "{\"digitalSourceType\":\"trainedAlgorithmicMedia\",\"validation_state\":\"valid\"}";
    Picture {
        phash: stream.hex(16),
        source_type: Some("trainedAlgorithmicMedia"),
        software: Some("Dreamloom 2"),
        c2pa: stream.chance(SIGNED).then_some(manifest),
    }
}
