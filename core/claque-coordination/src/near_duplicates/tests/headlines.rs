//! What looks alike and is no copy: headlines, reports and alerts made from one pattern.

use claque_graph::Counter;

/// Patterns; `{}` takes a filling of the list beside it.
const PATTERNS: [(&str, &[&[&str]]); 8] = [
    ("{} beat {} {} to go {} in the northern league", &[CLUBS, CLUBS, SCORES, RANKS]),
    ("Weather warning for {} on {}: {} expected, residents asked to stay {}", &[PLACES, DAYS, WEATHER, WHERE]),
    ("Police seek witnesses after {} in {} on {} night", &[CRIMES, PLACES, DAYS]),
    ("{} elected mayor of {} with {} percent of the vote", &[PEOPLE, PLACES, NUMBERS]),
    ("Выборы в городе {}: победил {}, явка составила {} процентов", &[CITIES, NAMES, NUMBERS]),
    ("{}市長選、{}氏が{}票で当選、{}を公約に掲げる", &[TOWNS, FAMILIES, NUMBERS, PLEDGES]),
    ("Prime minister meets {} to talk about {} ahead of the {} summit", &[PEOPLE, ISSUES, PLACES]),
    ("{} shares fall {} percent after {} report disappoints investors", &[CLUBS, NUMBERS, ISSUES]),
];
const CLUBS: &[&str] =
    &["Quayham Rovers", "Lamp Town", "Harbour United", "Oldgate", "Saltmarsh Athletic", "Ferry Albion", "North Pier"];
const SCORES: &[&str] = &["3-1", "2-0", "4-2 after extra time", "1-0", "5-4 on penalties"];
const RANKS: &[&str] = &["top", "second", "third", "to the bottom half", "within a point of the lead"];
const PLACES: &[&str] =
    &["Quayham", "Port Lamp", "Saltmarsh", "Upper Ferrygate", "Oldgate", "Tidewell", "St Brannoc", "Gull Island"];
const DAYS: &[&str] = &["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const WEATHER: &[&str] =
    &["heavy rain", "gale-force winds", "thick fog", "freezing temperatures", "coastal flooding", "snow"];
const WHERE: &[&str] = &["indoors", "away from the shore", "off the roads", "near a radio", "on high ground"];
const CRIMES: &[&str] =
    &["a robbery", "arson at a warehouse", "two burglaries", "a hit-and-run", "an assault", "vandalism"];
const PEOPLE: &[&str] =
    &["Anna Corvin", "Joris Vandamme", "Mireille Okafor", "Tom Hale", "Ruta Petraitis", "Dario Lindqvist"];
const NUMBERS: &[&str] = &["51.2", "48", "63.9", "37.05", "55", "70.1", "12"];
const CITIES: &[&str] = &["Приморск", "Старая Гавань", "Маячный", "Верхний Паром", "Солянск"];
const NAMES: &[&str] = &["Андрей Корвин", "Мария Соколова", "Игорь Петренко", "Ольга Лебедева"];
const TOWNS: &[&str] = &["港北", "灯台", "塩沼", "渡船場", "古門", "潮見"];
const FAMILIES: &[&str] = &["田中一郎", "佐藤花子", "鈴木次郎", "高橋美咲"];
const PLEDGES: &[&str] = &["減税と子育て支援", "港の再開発", "学校給食の無償化", "防災対策の強化"];
const ISSUES: &[&str] =
    &["fishing quotas", "the energy crisis", "border controls", "pension reform", "data protection"];

/// Different headlines of one pattern, in which every filling was drawn anew.
pub(crate) fn headlines(pattern: usize, n: usize, random: &mut Counter) -> Vec<String> {
    let (pattern, fillings) = PATTERNS[pattern % PATTERNS.len()];
    let one = |_| {
        let mut text = pattern.to_owned();
        for list in fillings {
            text = text.replacen("{}", list[random.below(list.len())], 1);
        }
        text
    };
    (0..n).map(one).collect()
}

/// Four headlines of each pattern with no filling in common.
pub(crate) fn headlines_with_other_facts() -> Vec<String> {
    let filled = |number: usize| {
        PATTERNS.map(|(pattern, fillings)| {
            fillings.iter().enumerate().fold(pattern.to_owned(), |text, (at, list)| {
                text.replacen("{}", list[(number + 3 * at) % list.len()], 1)
            })
        })
    };
    (0..4).flat_map(filled).collect()
}

pub(crate) const N_PATTERNS: usize = PATTERNS.len();
