//! What innocent people post that looks like a hit: jokes about chatbots, corrections of false rules, warnings
//! about look-alike pages, a researcher's link to a listed threat. Rare, so that groups stand out.

use super::conversation::photograph;
use super::reference::OLD_LOOKALIKES;
use crate::draft::{Draft, Picture};
use crate::random::Stream;
use crate::scenarios::false_procedure::false_rule;
use crate::words::{self, Lang};

/// Rates per own post.
const JOKE: f64 = 0.003;
const RESIDUE: f64 = 0.0003;
const CORRECTION: f64 = 0.004;
const BELIEVER: f64 = 0.0008;
const WARNING: f64 = 0.001;
const RESEARCHER: f64 = 0.0005;
/// Share of pictures made by a generator, without saying so.
const GENERATED: f64 = 0.01;

const JOKES: [[&str; 3]; Lang::COUNT] = [
    [
        "My uncle got \"as an AI language model\" in a love letter",
        "The chatbot told me: I cannot assist. Useless bot",
        "\"Sure, here is a rewritten tweet\" is my new ringtone, says the bot",
    ],
    [
        "Mein Onkel bekam \"als KI-Sprachmodell\" in einem Liebesbrief",
        "Der Chatbot sagt: Ich kann dabei nicht helfen. Nutzloser Bot",
        "\"Sure, here is a rewritten tweet\" steht jetzt auf meiner Tasse, sagt der Bot",
    ],
    [
        "Mon oncle a reçu \"en tant que modèle de langage\" dans une lettre d'amour",
        "Le chatbot me dit : je ne peux pas aider. Bot inutile",
        "\"Sure, here is a rewritten tweet\", dit le bot, et toute la table rit",
    ],
];

const CORRECTIONS: [[&str; 2]; Lang::COUNT] = [
    [
        "FALSE: ballots with a cut corner are NOT invalid, says the authority",
        "Fact check: it is not true that you can vote by SMS, only at the station or by post",
    ],
    [
        "FALSCH: Stimmzettel mit abgeschnittener Ecke sind NICHT ungültig, sagt die Wahlbehörde",
        "Faktencheck: Es stimmt nicht, dass man per SMS wählen kann, nur im Wahllokal oder per Post",
    ],
    [
        "FAUX : un bulletin au coin coupé n'est PAS nul, dit l'autorité électorale",
        "Vérification : il est faux qu'on puisse voter par SMS, seulement au bureau ou par la poste",
    ],
];

const WARNINGS: [&str; Lang::COUNT] = [
    "Careful, this page only pretends to be the paper we know:",
    "Vorsicht, diese Seite gibt sich nur als unsere Zeitung aus:",
    "Attention, cette page se fait passer pour notre journal :",
];

const RESEARCHERS: [&str; Lang::COUNT] =
    ["Do not open, for the record:", "Nicht öffnen, nur zum Nachweis:", "Ne pas ouvrir, pour mémoire :"];

/// Text and link of an innocent hit, if chance wants one.
pub(crate) fn hit(draft: &Draft, stream: &mut Stream, lang: Lang) -> Option<(String, Option<String>)> {
    let mut roll = stream.unit();
    let mut under = |rate: f64| {
        let found = roll >= 0.0 && roll < rate;
        roll -= rate;
        found
    };
    if under(JOKE) {
        Some(((*stream.pick(&JOKES[lang.index()])).to_owned(), None))
    } else if under(RESIDUE) {
        Some((format!("Sure, here is a rewritten tweet: {}", words::sentence(lang, stream)), None))
    } else if under(CORRECTION) {
        Some(((*stream.pick(&CORRECTIONS[lang.index()])).to_owned(), None))
    } else if under(BELIEVER) {
        Some((false_rule(lang, stream), None))
    } else if under(WARNING) {
        let url = format!("https://{}/read/{}", stream.pick(&OLD_LOOKALIKES), stream.below(9));
        Some((WARNINGS[lang.index()].to_owned(), Some(url)))
    } else if under(RESEARCHER) {
        Some((RESEARCHERS[lang.index()].to_owned(), Some(stream.pick(&draft.press.feed_urls).clone())))
    } else {
        None
    }
}

/// A picture, now and then one made by a generator.
pub(crate) fn picture(stream: &mut Stream) -> Picture {
    let mut picture = photograph(stream);
    if stream.chance(GENERATED) {
        picture.software = Some("Dreamloom 2");
    }
    picture
}
