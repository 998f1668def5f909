//! Generated texts in several scripts, and copies of them with a known amount of edits.

use claque_graph::{Counter, mix};

/// Letters or syllables of a script, and whether its words are set apart by spaces.
struct Script {
    parts: &'static str,
    per_word: [usize; 2],
    spaced: bool,
}

const SCRIPTS: [Script; 8] = [
    // Latin
    Script {
        parts: "ba con de er fi ga hol in ju ka lem mo nor op pra qui re sta tu un ve wy za ber dis fla gre",
        per_word: [1, 4],
        spaced: true,
    },
    // Cyrillic
    Script {
        parts: "ба ко де ор фи га хол ин жу ка лем мо нор оп пра кви ре ста ту ун ве вы за бер дис фла гре щи",
        per_word: [1, 4],
        spaced: true,
    },
    // Arabic
    Script {
        parts: "با كت در سلا مع نو هي قد شم غر طف عل حر جب ثو زي ضو ظل خب ذه ري صن",
        per_word: [1, 3],
        spaced: true,
    },
    // Chinese
    Script {
        parts: "选 举 结 果 港 口 市 长 今 天 计 票 公 开 门 后 说 人 民 不 知 道 新 闻 报 纸 船 海 岸 灯 塔 税 务 店 铺 关 闭 城 里 学 校 老 师 学 生 医 院 病 床 下 雨 风 山",
        per_word: [1, 2],
        spaced: false,
    },
    // Japanese
    Script {
        parts: "か き く け こ さ し す せ そ た ち つ て と な に の は ひ ま み も ら り る れ を ん 選 挙 結 果 港 市 長 税 新 聞 カ ト メ ラ",
        per_word: [1, 4],
        spaced: false,
    },
    // Thai
    Script {
        parts: "กา ขอ คน งาน จะ ชา ดี ตู้ ที่ นี้ บัตร ประ ผล พรรค ฟ้า มา ยัง รัฐ ลง วัน สภา หน้า อยู่ เลือก ตั้ง ไม่ ให้",
        per_word: [1, 3],
        spaced: false,
    },
    // Devanagari
    Script {
        parts: "क खा गि च जा त दे न पा बि मे य रा ल व शा स ही मत चु ना प्र धा क्ष", per_word: [1, 4], spaced: true
    },
    // Hangul
    Script {
        parts: "가 나 다 라 마 바 사 아 자 차 카 타 파 하 거 너 더 러 머 버 서 어 저 선 결 과 시 장 항 구",
        per_word: [1, 4],
        spaced: true,
    },
];

pub(crate) const N_SCRIPTS: usize = SCRIPTS.len();
/// Words of a language.
const VOCABULARY: u64 = 4000;

/// A text as a list of words.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Text {
    script: usize,
    words: Vec<String>,
}

impl Text {
    /// `least..most` words, drawn by a Zipf-like law, so that unrelated texts share their frequent words.
    /// In scripts without spaces words are short, so there are twice as many.
    pub(crate) fn new(script: usize, words: [usize; 2], random: &mut Counter) -> Self {
        let n = (words[0] + random.below(words[1] - words[0])) * if SCRIPTS[script].spaced { 1 } else { 2 };
        Self { script, words: (0..n).map(|_| word(script, rank(random))).collect() }
    }

    /// Every second word from the few of one topic.
    pub(crate) fn on_topic(script: usize, topic: u64, words: [usize; 2], random: &mut Counter) -> Self {
        let mut text = Self::new(script, words, random);
        for at in (0..text.words.len()).step_by(2) {
            text.words[at] = word(script, mix(topic) % 3000 + 900 + random.below(40) as u64);
        }
        text
    }

    pub(crate) fn written(&self) -> String {
        self.words.join(if SCRIPTS[self.script].spaced { " " } else { "" })
    }

    /// `share` of the words replaced, inserted or dropped, one third each.
    pub(crate) fn with_words_edited(&self, share: f64, random: &mut Counter) -> String {
        let mut words = self.words.clone();
        for _ in 0..(self.words.len() as f64 * share) as usize {
            let (at, new) = (random.below(words.len()), word(self.script, rank(random)));
            match random.below(3) {
                0 => words[at] = new,
                1 => words.insert(at, new),
                _ if words.len() > 1 => drop(words.remove(at)),
                _ => {}
            }
        }
        Self { script: self.script, words }.written()
    }

    /// `share` of the characters replaced, inserted or dropped, one third each.
    pub(crate) fn with_characters_edited(&self, share: f64, random: &mut Counter) -> String {
        let letters: Vec<char> = SCRIPTS[self.script].parts.chars().filter(|&c| c != ' ').collect();
        let mut text: Vec<char> = self.written().chars().collect();
        for _ in 0..(text.len() as f64 * share) as usize {
            let (at, new) = (random.below(text.len()), letters[random.below(letters.len())]);
            match random.below(3) {
                0 => text[at] = new,
                1 => text.insert(at, new),
                _ => drop(text.remove(at)),
            }
        }
        text.into_iter().collect()
    }
}

/// Rank of a word in a language: the density falls with the rank.
fn rank(random: &mut Counter) -> u64 {
    ((VOCABULARY as f64).powf(random.uniform()) - 1.0) as u64
}

fn word(script: usize, rank: u64) -> String {
    let Script { parts, per_word, .. } = &SCRIPTS[script];
    let parts: Vec<&str> = parts.split(' ').collect();
    let mut random = Counter::new(mix(rank) ^ script as u64);
    // as in any language, the frequent words are short
    let n = if rank < 40 { per_word[0] } else { per_word[0] + random.below(per_word[1] - per_word[0] + 1) };
    (0..n).map(|_| parts[random.below(parts.len())]).collect()
}
