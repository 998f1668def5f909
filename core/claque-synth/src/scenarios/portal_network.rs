//! Case 2: sites named by one template, one per country, registered within 30 days on one address, publish the same
//! translated article within seconds; nothing is their own. A list has exposed the network's hub and most sites. A
//! few small social accounts push the same articles.

use super::{Scenario, Size};
use crate::background::reference::operator_domains;
use crate::background::{linked, plain};
use crate::calendar::DAY;
use crate::crew::{Crew, EVENTS, MEAN_OWN_POSTS, throwaway};
use crate::draft::{Account, Act, Draft, ListRow, Platform, Pointer};
use crate::rota::{Clock, Rota};
use crate::words::{self, Lang};

/// One site per country, XA, XB and so on: at most 26.
const SITES: usize = 24;
const SOCIAL: usize = 4;
const ROTA: Rota = Rota { events: 90, sharers: (9, 10), within: 45, fast: 0.55, fast_within: 8, clock: Clock::Rhythm };
/// Days before the period on which registration begins; within a week for most, within a month for all.
const REGISTERED: i64 = 50;
const FIRST_WEEK: f64 = 0.75;
const ALL_DAYS: i64 = 30;
/// Where the articles come from.
const HUB: &str = "dawnpage-hub.example";
/// Share of articles that name the hub; the others name an ordinary page.
const FROM_HUB: f64 = 0.85;
/// Sites that the list has exposed, and for how many days before the period.
const EXPOSED_SITES: usize = 18;
const EXPOSED_FOR: i64 = 10;

pub(super) const SIZE: Size =
    Size { users: SOCIAL, sites: SITES, posts: ROTA.posts() + ((SITES + SOCIAL) as f64 * MEAN_OWN_POSTS) as usize };

const CLAIMS: [[&str; 6]; Lang::COUNT] = [
    [
        "The union is falling apart over the port treaty",
        "Farmers turn away from the capital",
        "Factories leave because of the new levy",
        "The allies are tired of paying",
        "Citizens no longer trust the count",
        "The treaty brings the cold into every house",
    ],
    [
        "Die Union zerbricht am Hafenvertrag",
        "Die Bauern wenden sich von der Hauptstadt ab",
        "Fabriken gehen wegen der neuen Abgabe",
        "Die Verbündeten sind des Zahlens müde",
        "Bürger trauen der Auszählung nicht mehr",
        "Der Vertrag bringt die Kälte in jedes Haus",
    ],
    [
        "L'union se défait à cause du traité du port",
        "Les paysans se détournent de la capitale",
        "Les usines partent à cause de la nouvelle taxe",
        "Les alliés sont las de payer",
        "Les citoyens ne croient plus au décompte",
        "Le traité apporte le froid dans chaque maison",
    ],
];

fn country(site: usize) -> char {
    char::from(b'a' + (site % 26) as u8)
}

fn domain(site: usize) -> String {
    format!("dawnpage-x{}.example", country(site))
}

pub(super) fn plant(draft: &mut Draft) {
    let scenario = Scenario::PortalNetwork;
    let crew = Crew::enlist(draft, scenario, SITES + SOCIAL, |member, lang, period, stream| {
        let days = if stream.chance(FIRST_WEEK) { 7 } else { ALL_DAYS };
        let created = period.start - REGISTERED * DAY + stream.between(0, days * DAY - 1);
        if member < SITES { site(member, lang, created) } else { throwaway(period, lang, created, stream) }
    });
    register(draft, &crew);
    expose(draft);
    for event in crew.plan(draft, scenario, &ROTA) {
        let mut stream = draft.stream(scenario.name(), EVENTS + event.number as u64);
        let source = if stream.chance(FROM_HUB) {
            format!("https://{HUB}/s/{}", event.number)
        } else {
            draft.press.article(&mut stream, draft.period, Lang::En, event.at).to_owned()
        };
        let claim = stream.below(CLAIMS[0].len());
        let translations = Lang::ALL.map(|lang| {
            let title = format!("{}: {}", CLAIMS[lang.index()][claim], words::headline(lang, &mut stream));
            let body =
                format!("{title}. {}. {}", words::headline(lang, &mut stream), words::sentence(lang, &mut stream));
            (title, body)
        });
        for turn in &event.turns {
            let account = crew.members[turn.member];
            let (title, body) = &translations[draft.accounts[account].lang.index()];
            let link = Pointer::page(&source);
            let post = if turn.member < SITES {
                let mut article = plain(draft, account, turn.at, Act::Article, body.clone());
                article.title = Some(title.clone());
                article.pointers.push(link);
                article
            } else {
                linked(draft, account, turn.at, Act::Post, title, link)
            };
            draft.add_post(post);
        }
    }
    crew.post_ordinarily(draft, scenario);
}

fn site(member: usize, lang: Lang, created_at: i64) -> Account {
    Account {
        platform: Platform::Web,
        handle: domain(member),
        display_name: format!("Dawnpage X{}", country(member).to_ascii_uppercase()),
        lang,
        created_at,
        created_known: true,
        description: None,
        n_follower: None,
        n_following: None,
        declared_bot: None,
        client: None,
    }
}

/// One operator's registrations, at the days on which the sites were created.
fn register(draft: &mut Draft, crew: &Crew) {
    let mut stream = draft.stream("portal", 0);
    let mut names: Vec<String> = (0..SITES).map(domain).collect();
    names.push(HUB.to_owned());
    let mut rows = operator_domains(&mut stream, &names, draft.period.start - REGISTERED * DAY, ALL_DAYS);
    for (row, account) in rows.iter_mut().zip(&crew.members[..SITES]) {
        row.registered_at = Some(draft.accounts[*account].created_at);
    }
    draft.domains.extend(rows);
}

fn expose(draft: &mut Draft) {
    let valid_from = Some(draft.period.start - EXPOSED_FOR * DAY);
    let row = |key_type, key| ListRow {
        list: "exposed-dawnpage",
        key_type,
        key,
        label: "exposed_operation",
        valid_from,
        reliability: None,
    };
    draft.lists.push(row("domain", HUB.to_owned()));
    for site in 0..EXPOSED_SITES {
        draft.lists.push(row("domain", domain(site)));
        draft.lists.push(row("account", format!("web:{}", domain(site))));
    }
}
