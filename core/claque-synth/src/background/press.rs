//! The pages that people link: invented outlets with articles per language and day, a few of them famous; and the
//! outlets that somebody lists. No posts here.

use crate::calendar::{DAY, Period, month_day};
use crate::random::Stream;
use crate::words::{self, Lang};

/// Ordinary outlets, shared out over the languages.
const OUTLETS: usize = 330;
const LOW_CREDIBILITY: usize = 10;
const STATE_MEDIA: usize = 4;
const EXPOSED: usize = 3;
const FEED_HOSTS: usize = 30;
/// Numbers of invented sites that belong to the press; accounts start above.
pub(crate) const RESERVED: usize = 400;
/// Links per article and day, on average: sets how many articles there are.
const LINKS_PER_ARTICLE: f64 = 3.0;
/// Different pages of a listed outlet that are in circulation.
const LISTED_PAGES: usize = 40;

#[derive(Clone, Debug)]
struct Article {
    url: String,
    born: i64,
}

/// All pages and listed domains of a world.
#[derive(Clone, Debug)]
pub(crate) struct Press {
    /// Per language and day (the day before the period first), most famous first.
    articles: [Vec<Vec<Article>>; Lang::COUNT],
    pub(crate) outlets: Vec<String>,
    pub(crate) low_credibility: Vec<String>,
    pub(crate) state_media: Vec<String>,
    pub(crate) exposed: Vec<String>,
    pub(crate) feed_urls: Vec<String>,
}

impl Press {
    pub(crate) fn new(seed: u64, period: Period, posts: usize) -> Self {
        let mut numbers = 0..RESERVED;
        let mut take = |count: usize| -> Vec<String> {
            let named = |n| words::site(n, &mut Stream::new(seed, "outlet", n as u64));
            numbers.by_ref().take(count).map(named).collect()
        };
        let outlets = take(OUTLETS);
        let (low_credibility, state_media, exposed) = (take(LOW_CREDIBILITY), take(STATE_MEDIA), take(EXPOSED));
        let hosts = take(FEED_HOSTS);
        let feed_urls = hosts.iter().enumerate().map(|(i, host)| format!("https://{host}/login/{}", 100 + i)).collect();
        let per_day = posts as f64 * 0.6 / (f64::from(period.days) * Lang::COUNT as f64 * LINKS_PER_ARTICLE);
        let per_day = (per_day as usize).max(10);
        let articles = Lang::ALL.map(|lang| {
            let day = |day| newspapers(seed, period, lang, day, per_day, &outlets);
            (0..=period.days).map(day).collect()
        });
        Self { articles, outlets, low_credibility, state_media, exposed, feed_urls }
    }

    /// A page that is in circulation at that time; famous ones more often (Zipf).
    pub(crate) fn article(&self, stream: &mut Stream, period: Period, lang: Lang, at: i64) -> &str {
        let today = period.day_of(at) + 1;
        let days = &self.articles[lang.index()];
        for _ in 0..4 {
            let day = &days[if stream.chance(0.7) { today } else { today - 1 }];
            let rank = (day.len() as f64).powf(stream.unit()) as usize - 1;
            if day[rank].born <= at {
                return &day[rank].url;
            }
        }
        &stream.pick(&days[today - 1]).url
    }
}

fn newspapers(seed: u64, period: Period, lang: Lang, day: u32, per_day: usize, outlets: &[String]) -> Vec<Article> {
    let mut stream = Stream::new(seed, lang.code(), u64::from(day));
    let midnight = period.start + (i64::from(day) - 1) * DAY;
    let mut article = |n: usize| {
        let born = midnight + Period::time_of_day(&mut stream);
        let outlet = &outlets[stream.skewed(outlets.len() / Lang::COUNT) * Lang::COUNT + lang.index()];
        Article { url: page(outlet, born, n, &mut stream), born }
    };
    (0..per_day).map(&mut article).collect()
}

/// The address of a page.
pub(crate) fn page(domain: &str, born: i64, n: usize, stream: &mut Stream) -> String {
    format!("https://{domain}/{}/{}-{n}", month_day(born), stream.pick(words::SLUGS))
}

/// One of the few pages of a listed domain.
pub(crate) fn listed_page(domains: &[String], stream: &mut Stream) -> String {
    format!("https://{}/read/{}", stream.pick(domains), stream.below(LISTED_PAGES))
}
