//! Small invented vocabularies: sentences, tags, names of people and of sites. Nobody and nothing here exists.
//! The texts of planted operations stand with their scenarios.

use crate::random::Stream;

/// Languages of a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lang {
    En,
    De,
    Fr,
}

impl Lang {
    pub(crate) const COUNT: usize = 3;
    pub(crate) const ALL: [Self; Self::COUNT] = [Self::En, Self::De, Self::Fr];

    pub(crate) fn index(self) -> usize {
        self as usize
    }

    pub(crate) fn code(self) -> &'static str {
        ["en", "de", "fr"][self.index()]
    }
}

type Phrases = &'static [&'static str];

const SUBJECTS: [Phrases; Lang::COUNT] = [
    &[
        "The night ferry",
        "Our choir",
        "The new tram line",
        "The market hall",
        "My neighbour's garden",
        "The swimming club",
        "The old lighthouse",
        "The village school",
        "The regional train",
        "The fish stall",
        "The library van",
        "The town orchestra",
        "The cycle path",
        "The youth team",
        "The bakery on the corner",
        "The water tower",
        "The flea market",
        "The botanical garden",
        "The weather station",
        "The museum cellar",
        "The football ground",
        "The bus to the coast",
    ],
    &[
        "Die Nachtfähre",
        "Unser Chor",
        "Die neue Straßenbahn",
        "Die Markthalle",
        "Der Garten nebenan",
        "Der Schwimmverein",
        "Der alte Leuchtturm",
        "Die Dorfschule",
        "Der Regionalzug",
        "Der Fischstand",
        "Der Bücherbus",
        "Das Stadtorchester",
        "Der Radweg",
        "Die Jugendmannschaft",
        "Die Bäckerei an der Ecke",
        "Der Wasserturm",
        "Der Flohmarkt",
        "Der botanische Garten",
        "Die Wetterstation",
        "Der Museumskeller",
        "Der Sportplatz",
        "Der Bus zur Küste",
    ],
    &[
        "Le ferry de nuit",
        "Notre chorale",
        "La nouvelle ligne de tram",
        "La halle du marché",
        "Le jardin d'à côté",
        "Le club de natation",
        "Le vieux phare",
        "L'école du village",
        "Le train régional",
        "L'étal de poisson",
        "Le bibliobus",
        "L'orchestre municipal",
        "La piste cyclable",
        "L'équipe des jeunes",
        "La boulangerie du coin",
        "Le château d'eau",
        "Le marché aux puces",
        "Le jardin botanique",
        "La station météo",
        "La cave du musée",
        "Le terrain de sport",
        "Le car vers la côte",
    ],
];

const PREDICATES: [Phrases; Lang::COUNT] = [
    &[
        "is late again",
        "has never looked better",
        "opens its doors",
        "needs more volunteers",
        "gets a new roof",
        "won a small prize",
        "surprised everybody",
        "is closed for repairs",
        "celebrates its anniversary",
        "moves to another street",
        "costs more than last year",
        "was full to the last seat",
        "smells of fresh paint",
        "has a new timetable",
        "is looking for helpers",
        "made my day",
        "deserves more attention",
        "is worth a detour",
    ],
    &[
        "kommt wieder zu spät",
        "war noch nie so schön",
        "öffnet die Türen",
        "braucht mehr Helfer",
        "bekommt ein neues Dach",
        "hat einen kleinen Preis gewonnen",
        "hat alle überrascht",
        "bleibt wegen Reparatur zu",
        "feiert Jubiläum",
        "zieht in eine andere Straße",
        "kostet mehr als im letzten Jahr",
        "war bis auf den letzten Platz voll",
        "riecht nach frischer Farbe",
        "hat einen neuen Fahrplan",
        "sucht Freiwillige",
        "hat mir den Tag gerettet",
        "verdient mehr Beachtung",
        "ist einen Umweg wert",
    ],
    &[
        "est encore en retard",
        "n'a jamais été aussi beau à voir",
        "ouvre ses portes",
        "cherche des bénévoles",
        "reçoit un nouveau toit",
        "a gagné un petit prix",
        "a surpris tout le monde",
        "reste en travaux",
        "fête son anniversaire",
        "change de rue",
        "coûte plus que l'an dernier",
        "affichait complet",
        "sent la peinture fraîche",
        "a de nouveaux horaires",
        "a besoin de bras",
        "a sauvé ma journée",
        "mérite mieux",
        "vaut le détour",
    ],
];

const PLACES: [Phrases; Lang::COUNT] = [
    &[
        "in Quayham",
        "near the old bridge",
        "by the river",
        "behind the station",
        "on Mill Street",
        "in the upper town",
        "at the north pier",
        "this morning",
        "since Monday",
        "for the third time",
        "after the rain",
        "before the holidays",
        "all week",
        "tonight",
    ],
    &[
        "in Quayham",
        "bei der alten Brücke",
        "am Fluss",
        "hinter dem Bahnhof",
        "in der Mühlgasse",
        "in der Oberstadt",
        "am Nordpier",
        "heute früh",
        "seit Montag",
        "zum dritten Mal",
        "nach dem Regen",
        "vor den Ferien",
        "die ganze Woche",
        "heute Abend",
    ],
    &[
        "à Quayham",
        "près du vieux pont",
        "au bord de la rivière",
        "derrière la gare",
        "rue du Moulin",
        "dans la ville haute",
        "sur la jetée nord",
        "ce matin",
        "depuis lundi",
        "pour la troisième fois",
        "après la pluie",
        "avant les vacances",
        "toute la semaine",
        "ce soir",
    ],
];

const TAILS: [Phrases; Lang::COUNT] = [
    &[
        "",
        ".",
        "!",
        ", as my aunt says",
        ", what a week",
        ", who comes along?",
        ", photos tomorrow",
        ", finally",
        ", and nobody is surprised",
        ", bring a jacket",
        ", thanks to all who helped",
        ", I am curious",
    ],
    &[
        "",
        ".",
        "!",
        ", wie meine Tante sagt",
        ", was für eine Woche",
        ", wer kommt mit?",
        ", Fotos morgen",
        ", endlich",
        ", und keiner wundert sich",
        ", Jacke nicht vergessen",
        ", danke an alle",
        ", ich bin gespannt",
    ],
    &[
        "",
        ".",
        " !",
        ", comme dit ma tante",
        ", quelle semaine",
        ", qui vient ?",
        ", photos demain",
        ", enfin",
        ", et personne ne s'étonne",
        ", prenez une veste",
        ", merci à tous",
        ", à suivre",
    ],
];

const REACTIONS: [Phrases; Lang::COUNT] = [
    &["Agreed", "Not so sure", "Well said", "Oh no", "Lovely", "Really?", "As expected", "Good to know", "Same here"],
    &["Stimmt", "Weiß nicht recht", "Gut gesagt", "Oh nein", "Wie schön", "Wirklich?", "Wie erwartet", "Gut zu wissen"],
    &["D'accord", "Pas si sûr", "Bien dit", "Oh non", "Très beau", "Vraiment ?", "Sans surprise", "Bon à savoir"],
];

const TAGS: Phrases = &[
    "Quayham",
    "HarbourDay",
    "TramNews",
    "ChoirNight",
    "MarketDay",
    "RiverRun",
    "OldTown",
    "SpringFair",
    "FerryTalk",
    "NorthPier",
    "GardenWeek",
    "BookVan",
];

/// Words for the path of a page.
pub(crate) const SLUGS: Phrases = &[
    "ferry",
    "choir",
    "tram",
    "market",
    "garden",
    "pool",
    "lighthouse",
    "school",
    "train",
    "fish",
    "library",
    "orchestra",
    "cycle",
    "youth",
    "bakery",
    "tower",
    "fair",
    "weather",
    "museum",
    "coast",
];

const SYLLABLES: Phrases = &[
    "ma", "ri", "to", "len", "ka", "vo", "shi", "ne", "dal", "bre", "ulo", "fen", "ira", "sol", "tam", "wen", "yor",
    "pel", "gra", "nim",
];

const SITE_FIRST: Phrases = &[
    "amber", "north", "silver", "old", "green", "upper", "little", "stone", "winter", "summer", "river", "forest",
    "cloud", "copper", "sand", "meadow", "raven", "maple", "pine", "linden", "chalk", "fern", "heron", "otter",
    "badger", "juniper", "saffron", "cobalt", "granite", "willow", "barley", "clover", "ember", "frost", "hazel",
    "indigo", "marsh", "nettle", "opal", "thistle",
];

const SITE_SECOND: Phrases = &[
    "ledger", "lantern", "almanac", "kettle", "compass", "bulletin", "notebook", "register", "signal", "window",
    "corner", "orchard", "workshop", "parade", "cellar", "anvil", "beacon", "carriage", "drum", "easel", "fable",
    "gable", "hedge", "inkwell", "jigsaw", "kiosk", "loom", "mosaic", "nook", "oven", "pantry", "quill", "rook",
    "satchel", "trellis", "umbrella", "violin", "wagon", "yard", "zephyr",
];

/// An everyday sentence.
pub(crate) fn sentence(lang: Lang, stream: &mut Stream) -> String {
    let l = lang.index();
    let (subject, predicate) = (stream.pick(SUBJECTS[l]), stream.pick(PREDICATES[l]));
    format!("{subject} {predicate} {}{}", stream.pick(PLACES[l]), stream.pick(TAILS[l]))
}

/// A headline: a sentence without comment.
pub(crate) fn headline(lang: Lang, stream: &mut Stream) -> String {
    let l = lang.index();
    format!("{} {} {}", stream.pick(SUBJECTS[l]), stream.pick(PREDICATES[l]), stream.pick(PLACES[l]))
}

/// A short answer to somebody.
pub(crate) fn reaction(lang: Lang, stream: &mut Stream) -> String {
    let first = *stream.pick(REACTIONS[lang.index()]);
    if stream.chance(0.3) {
        return first.to_owned();
    }
    let stop = if first.ends_with('?') { "" } else { ":" };
    format!("{first}{stop} {}", sentence(lang, stream))
}

/// A tag of the region.
pub(crate) fn hashtag(stream: &mut Stream) -> String {
    (*stream.pick(TAGS)).to_owned()
}

/// One invented name, capitalized.
pub(crate) fn name(stream: &mut Stream) -> String {
    let mut name = String::new();
    for _ in 0..2 + stream.below(2) {
        let syllable = *stream.pick(SYLLABLES);
        name.push_str(syllable);
    }
    name[..1].to_uppercase() + &name[1..]
}

/// A handle in one of the usual shapes.
pub(crate) fn handle(stream: &mut Stream, first: &str, last: &str) -> String {
    match stream.below(8) {
        0 | 1 => format!("{}_{}", first.to_lowercase(), last.to_lowercase()),
        2 => format!("{first}{last}{}", stream.between(10, 99)),
        3 => format!("{}{}", last.to_lowercase(), first.to_lowercase()),
        4 => format!("{first}{last}"),
        5 => format!("{}{}", first.to_lowercase(), stream.between(1950, 2009)),
        6 => format!("{first}{}", stream.between(10_000, 99_999)),
        _ => format!("the_{}_{}", last.to_lowercase(), stream.between(1, 99)),
    }
}

/// The n-th invented site, registrable domain; different for different n.
pub(crate) fn site(n: usize, stream: &mut Stream) -> String {
    let (a, b) = (SITE_FIRST.len(), SITE_SECOND.len());
    // 607 is coprime to 1,600, so the first 1,600 sites walk through all pairs
    let pair = (n * 607) % (a * b);
    let round = n / (a * b);
    let suffix = ["example", "example", "example", "test", "invalid"][stream.below(5)];
    let number = if round == 0 { String::new() } else { (round + 1).to_string() };
    format!("{}{}{number}.{suffix}", SITE_FIRST[pair / b], SITE_SECOND[pair % b])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn sites_have_different_labels() {
        let labels: BTreeSet<String> = (0..4000)
            .map(|n| {
                let site = site(n, &mut Stream::new(1, "site", n as u64));
                site.split('.').next().unwrap_or_default().to_owned()
            })
            .collect();
        assert_eq!(labels.len(), 4000);
    }

    #[test]
    fn vocabularies_of_the_languages_have_one_length() {
        for phrases in [&SUBJECTS, &PREDICATES, &PLACES, &TAILS] {
            assert!(phrases.iter().all(|p| p.len() == phrases[0].len()));
        }
    }
}
