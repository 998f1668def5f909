//! Case 6: accounts created in one wave spread five false rules of a vote, with variations in three languages, in
//! two bursts of two days; the links go to outlets that a list calls low in credibility.

use super::{Scenario, Size};
use crate::background::linked;
use crate::calendar::DAY;
use crate::crew::{Crew, EVENTS, MEAN_OWN_POSTS, throwaway};
use crate::draft::{Act, Draft, Pointer};
use crate::random::Stream;
use crate::rota::{Clock, Rota};
use crate::words::{self, Lang};

const MEMBERS: usize = 26;
const ROTA: Rota =
    Rota { events: 84, sharers: (8, 10), within: 45, fast: 0.55, fast_within: 8, clock: Clock::Bursts(&[0.2, 0.7]) };
/// Days before the period on which the wave begins, and its length.
const WAVE: i64 = 40;
const WAVE_DAYS: i64 = 10;
/// Share of members with an older, bought account.
const BOUGHT: f64 = 0.1;
/// Share of posts that state a false rule; the others only comment the link.
const FALSE_RULE: f64 = 0.75;
/// Share of events that link a listed outlet; the others link an ordinary page.
const LISTED: f64 = 0.8;

pub(super) const SIZE: Size =
    Size { users: MEMBERS, sites: 0, posts: ROTA.posts() + (MEMBERS as f64 * MEAN_OWN_POSTS) as usize };

/// Per language and rule: damaged ballots, vote by SMS, closed station, wrong day, turnout triggers an exit.
const RULES: [[[&str; 3]; 5]; Lang::COUNT] = [
    [
        [
            "Ballots with a hole or a cut corner are invalid",
            "A ballot with a torn corner is void",
            "Any ballot with a hole will not be counted",
        ],
        [
            "This year you can vote by SMS, send your choice to 5555",
            "New: vote by SMS to 5555",
            "You can vote by text message, SMS to 5555 is enough",
        ],
        [
            "The polling station in Quayham is closed",
            "Your polling station has been cancelled",
            "Polling stations in the old town are closed on Sunday",
        ],
        [
            "Your party votes on Wednesday 12 June",
            "The vote was moved to Wednesday 12 June",
            "Polling day is Wednesday 12 June",
        ],
        [
            "Turnout below 40 % triggers an exit from the union",
            "If turnout is below 40 % we exit the union",
            "A turnout under 40 % means the exit from the union",
        ],
    ],
    [
        [
            "Stimmzettel mit Loch oder abgeschnittener Ecke sind ungültig",
            "Ein Stimmzettel mit gerissener Ecke ist ungültig",
            "Jeder Wahlzettel mit Loch ist ungültig",
        ],
        [
            "Dieses Jahr kann man per SMS wählen, an die 5555",
            "Neu: per SMS abstimmen an 5555",
            "Man kann per SMS wählen, die 5555 genügt",
        ],
        [
            "Das Wahllokal in Quayham ist geschlossen",
            "Euer Wahllokal wurde verlegt und bleibt geschlossen",
            "Die Wahllokale in der Altstadt sind am Sonntag geschlossen",
        ],
        [
            "Eure Partei wählt am Mittwoch, dem 12. Juni",
            "Die Wahl wurde auf Mittwoch, den 12. Juni verschoben",
            "Wahltag ist Mittwoch, der 12. Juni",
        ],
        [
            "Wahlbeteiligung unter 40 % führt zum Austritt aus der Union",
            "Bei Wahlbeteiligung unter 40 % folgt der Austritt aus der EU",
            "Wahlbeteiligung unter 40 % bedeutet den Austritt",
        ],
    ],
    [
        [
            "Les bulletins troués ou au coin coupé sont nuls",
            "Un bulletin au coin déchiré est nul",
            "Tout bulletin avec un trou est invalide",
        ],
        [
            "Cette année on peut voter par SMS au 5555",
            "Nouveau : votez par SMS au 5555",
            "On peut voter par SMS, le 5555 suffit",
        ],
        [
            "Le bureau de vote de Quayham est fermé",
            "Votre bureau de vote est annulé",
            "Les bureaux de vote de la vieille ville sont fermés dimanche",
        ],
        [
            "Votre parti vote mercredi 12 juin",
            "Le vote est reporté au mercredi 12 juin",
            "Le jour du vote est mercredi 12 juin",
        ],
        [
            "Une participation sous 40 % entraîne la sortie de l'union",
            "Participation inférieure à 40 % : sortie de l'UE",
            "Avec une participation sous 40 %, c'est la sortie de l'UE",
        ],
    ],
];

const CALLS: [[&str; 6]; Lang::COUNT] = [
    [
        "hand them back",
        "tell your parents",
        "share before Sunday",
        "they will not announce it",
        "save this",
        "ask at the desk",
    ],
    [
        "gebt sie zurück",
        "sagt es euren Eltern",
        "teilt das vor Sonntag",
        "offiziell sagt es keiner",
        "speichert das",
        "fragt am Schalter",
    ],
    [
        "rendez-les",
        "dites-le à vos parents",
        "partagez avant dimanche",
        "personne ne l'annoncera",
        "gardez ceci",
        "demandez au guichet",
    ],
];

/// A false rule in some wording, with a call.
pub(crate) fn false_rule(lang: Lang, stream: &mut Stream) -> String {
    let rule = stream.below(RULES[0].len());
    worded(lang, rule, stream)
}

fn worded(lang: Lang, rule: usize, stream: &mut Stream) -> String {
    let l = lang.index();
    format!("{}, {}!", stream.pick(&RULES[l][rule]), stream.pick(&CALLS[l]))
}

pub(super) fn plant(draft: &mut Draft) {
    let scenario = Scenario::FalseProcedure;
    let crew = Crew::enlist(draft, scenario, MEMBERS, |_, lang, period, stream| {
        let created = if stream.chance(BOUGHT) {
            period.start - stream.between(400, 3000) * DAY
        } else {
            period.start - WAVE * DAY + stream.between(0, WAVE_DAYS * DAY - 1)
        };
        throwaway(period, lang, created, stream)
    });
    for event in crew.plan(draft, scenario, &ROTA) {
        let mut stream = draft.stream(scenario.name(), EVENTS + event.number as u64);
        let domains = if stream.chance(LISTED) { &draft.press.low_credibility } else { &draft.press.outlets };
        let link = Pointer::page(&format!("https://{}/vote/{}", stream.pick(domains), event.number));
        let rule = event.number % RULES[0].len();
        for turn in &event.turns {
            let account = crew.members[turn.member];
            let lang = draft.accounts[account].lang;
            let text = if stream.chance(FALSE_RULE) {
                format!("{} {}", worded(lang, rule, &mut stream), words::sentence(lang, &mut stream))
            } else {
                words::sentence(lang, &mut stream)
            };
            let post = linked(draft, account, turn.at, Act::Post, &text, link.clone());
            draft.add_post(post);
        }
    }
    crew.post_ordinarily(draft, scenario);
}
