//! One ordinary post of a background account: original, repost, reply, quote, or a site's article.
//! Groups use the same for what their members post beside their common work.

use super::innocent;
use super::press::listed_page;
use crate::calendar::DAY;
use crate::draft::{AccountRef, Act, Draft, Picture, Platform, Pointer, Post, PostRef};
use crate::random::Stream;
use crate::words;

/// Shares of the acts; the rest are quotes.
const ORIGINAL: f64 = 0.55;
const REPOST: f64 = 0.20;
const REPLY: f64 = 0.15;
/// Share of posts with a link, by act.
const LINK_ORIGINAL: f64 = 0.82;
const LINK_REPLY: f64 = 0.10;
const LINK_QUOTE: f64 = 0.30;
const LINK_ARTICLE: f64 = 0.85;
/// Share of links to listed outlets.
const LOW_CREDIBILITY_LINK: f64 = 0.012;
const STATE_MEDIA_LINK: f64 = 0.010;
const EXPOSED_LINK: f64 = 0.004;
/// Share of links through a shortener, and of those that the data resolve.
const SHORTENED: f64 = 0.03;
const RESOLVED: f64 = 0.5;
/// Share of links written with a tracking parameter.
const TRACKED: f64 = 0.1;
const HASHTAG: f64 = 0.12;
const PICTURE: f64 = 0.03;
const UNKNOWN_LANG: f64 = 0.03;
/// Everybody's shortener.
pub(crate) const SHORTENER: &str = "ln.example";

/// A post without links, pictures or counts.
pub(crate) fn plain(draft: &Draft, account: AccountRef, at: i64, act: Act, text: String) -> Post {
    let author = &draft.accounts[account];
    Post {
        account,
        at,
        act,
        title: None,
        text,
        lang: Some(author.lang),
        client: author.client,
        pointers: Vec::new(),
        picture: None,
        n_like: None,
        n_repost: None,
    }
}

/// A post that ends with that link.
pub(crate) fn linked(draft: &Draft, account: AccountRef, at: i64, act: Act, text: &str, link: Pointer) -> Post {
    let text = match &link {
        Pointer::Page { raw, .. } => format!("{text} {raw}"),
        Pointer::Hashtag(_) | Pointer::Mention(_) => text.to_owned(),
    };
    Post { pointers: vec![link], ..plain(draft, account, at, act, text) }
}

/// Passes a post on.
pub(crate) fn repost(draft: &Draft, stream: &mut Stream, account: AccountRef, at: i64, target: PostRef) -> Post {
    let original = &draft.posts[target];
    let mut post = plain(draft, account, at, Act::Repost(target), original.text.clone());
    post.lang = original.lang;
    count(&mut post, stream);
    post
}

/// What an account of the background posts on any day.
pub(crate) fn ordinary(draft: &Draft, stream: &mut Stream, account: AccountRef, at: i64) -> Post {
    let author = &draft.accounts[account];
    let lang = author.lang;
    if author.platform == Platform::Web {
        return article(draft, stream, account, at);
    }
    let roll = stream.unit();
    let target = (roll >= ORIGINAL).then(|| draft.popular_post(stream, lang, at, DAY)).flatten();
    let (act, text, link) = match target {
        Some(target) if roll < ORIGINAL + REPOST => return repost(draft, stream, account, at, target),
        Some(target) if roll < ORIGINAL + REPOST + REPLY => {
            (Act::Reply(target), words::reaction(lang, stream), LINK_REPLY)
        }
        Some(target) => (Act::Quote(target), words::reaction(lang, stream), LINK_QUOTE),
        None => (Act::Post, words::sentence(lang, stream), LINK_ORIGINAL),
    };
    let mut post = if let Some((text, url)) = innocent::hit(draft, stream, lang) {
        match url {
            Some(url) => linked(draft, account, at, act, &text, Pointer::page(&url)),
            None => plain(draft, account, at, act, text),
        }
    } else if stream.chance(link) {
        let link = everyday_link(draft, stream, account, at);
        linked(draft, account, at, act, &text, link)
    } else {
        plain(draft, account, at, act, text)
    };
    decorate(draft, stream, &mut post);
    post
}

fn article(draft: &Draft, stream: &mut Stream, account: AccountRef, at: i64) -> Post {
    let lang = draft.accounts[account].lang;
    let title = words::headline(lang, stream);
    let text = format!("{title}. {}", words::sentence(lang, stream));
    let mut post = plain(draft, account, at, Act::Article, text);
    post.title = Some(title);
    if stream.chance(LINK_ARTICLE) {
        post.pointers.push(everyday_link(draft, stream, account, at));
    }
    post
}

fn everyday_link(draft: &Draft, stream: &mut Stream, account: AccountRef, at: i64) -> Pointer {
    let press = &draft.press;
    let roll = stream.unit();
    let url = if roll < LOW_CREDIBILITY_LINK {
        listed_page(&press.low_credibility, stream)
    } else if roll < LOW_CREDIBILITY_LINK + STATE_MEDIA_LINK {
        listed_page(&press.state_media, stream)
    } else if roll < LOW_CREDIBILITY_LINK + STATE_MEDIA_LINK + EXPOSED_LINK {
        listed_page(&press.exposed, stream)
    } else {
        press.article(stream, draft.period, draft.accounts[account].lang, at).to_owned()
    };
    if stream.chance(SHORTENED) {
        let short = format!("https://{SHORTENER}/{}", stream.hex(6));
        let final_url = stream.chance(RESOLVED).then_some(url);
        return Pointer::Page { raw: short.clone(), target: short, final_url };
    }
    let raw = if stream.chance(TRACKED) { format!("{url}?utm_source=share") } else { url.clone() };
    Pointer::Page { raw, target: url, final_url: None }
}

/// Adds a mention, tags, a picture and counts, as chance has it; and forgets the language now and then.
fn decorate(draft: &Draft, stream: &mut Stream, post: &mut Post) {
    if let (Act::Reply(target), true) = (post.act, stream.chance(0.3)) {
        let author = draft.posts[target].account;
        post.text = format!("@{} {}", draft.accounts[author].handle, post.text);
        post.pointers.insert(0, Pointer::Mention(author));
    }
    if stream.chance(HASHTAG) {
        for _ in 0..=stream.below(2) {
            let tag = words::hashtag(stream);
            post.text = format!("{} #{tag}", post.text);
            post.pointers.push(Pointer::Hashtag(tag));
        }
    }
    if stream.chance(PICTURE) {
        post.picture = Some(innocent::picture(stream));
    }
    if stream.chance(UNKNOWN_LANG) {
        post.lang = None;
    }
    count(post, stream);
}

/// Likes and reposts, unknown for a third.
fn count(post: &mut Post, stream: &mut Stream) {
    if stream.chance(0.67) {
        post.n_like = Some((1.0 / (1.0 - stream.unit() * 0.999)) as i64 - 1);
        post.n_repost = Some(stream.skewed(4) as i64);
    }
}

/// A picture without any trace of how it was made.
pub(crate) fn photograph(stream: &mut Stream) -> Picture {
    Picture { phash: stream.hex(16), source_type: None, software: None, c2pa: None }
}
