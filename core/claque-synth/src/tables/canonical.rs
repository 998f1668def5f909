//! The canonical tables: posts, accounts, links, interactions, media, sources.

use super::{Ids, MICROS, SOURCE_ID, column, complete, flags, integers, row_numbers, some_texts, texts, times};
use crate::draft::{Act, Draft, Platform, Pointer, PostRef};
use crate::words::Lang;
use polars::prelude::DataFrame;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

const NORMALISER: &str = "url-1";

/// All canonical tables of the draft.
pub(crate) fn canonical(draft: &Draft, ids: &Ids) -> BTreeMap<&'static str, DataFrame> {
    let mut posts: Vec<(String, PostRef)> = ids.by_time.iter().map(|p| (ids.post(draft, *p), *p)).collect();
    posts.sort();
    BTreeMap::from([
        ("posts", posts_frame(draft, ids, &posts)),
        ("accounts", accounts_frame(draft, ids)),
        ("links", links_frame(draft, ids, &posts)),
        ("interactions", interactions_frame(draft, ids, &posts)),
        ("media", media_frame(draft, &posts)),
        ("sources", sources_frame(draft)),
    ])
}

fn posts_frame(draft: &Draft, ids: &Ids, order: &[(String, PostRef)]) -> DataFrame {
    let rows = || order.iter().map(|(_, p)| &draft.posts[*p]);
    let height = order.len();
    let platform = |account: usize| draft.accounts[account].platform;
    let target = |wanted: fn(Act) -> bool| {
        rows().map(move |p| p.act.target().filter(|_| wanted(p.act)).map(|t| ids.post(draft, t)))
    };
    let is_reply = |act| matches!(act, Act::Reply(_));
    let columns = vec![
        texts("post_id", order.iter().map(|(id, _)| id)),
        texts("platform", rows().map(|p| platform(p.account).name())),
        texts("native_id", order.iter().map(|(_, p)| ids.native_post(*p))),
        texts("account_id", rows().map(|p| ids.account(draft, p.account))),
        texts("kind", rows().map(|p| p.act.kind())),
        flags("embedded", rows().map(|_| Some(false))),
        times("created_at", rows().map(|p| Some(p.at))),
        texts("created_at_precision", rows().map(|_| "s")),
        texts("created_at_source", rows().map(|_| "platform")),
        texts("text", rows().map(|p| p.text.as_str())),
        flags("text_truncated", rows().map(|_| Some(false))),
        some_texts("title", rows().map(|p| p.title.as_deref())),
        some_texts("lang", rows().map(|p| p.lang.map(Lang::code))),
        some_texts("reply_to_id", target(is_reply)),
        some_texts("repost_of_id", target(|act| matches!(act, Act::Repost(_)))),
        some_texts("quote_of_id", target(|act| matches!(act, Act::Quote(_)))),
        some_texts("thread_id", target(is_reply)),
        some_texts(
            "url",
            order
                .iter()
                .map(|(_, p)| (platform(draft.posts[*p].account) == Platform::Web).then(|| ids.native_post(*p))),
        ),
        some_texts("client", rows().map(|p| p.client)),
        integers("n_like", rows().map(|p| p.n_like)),
        integers("n_repost", rows().map(|p| p.n_repost)),
        texts("status", rows().map(|_| "visible")),
        texts("source_id", rows().map(|_| SOURCE_ID)),
        row_numbers("source_row", height),
    ];
    complete("posts", height, &columns)
}

fn accounts_frame(draft: &Draft, ids: &Ids) -> DataFrame {
    let mut order: Vec<(String, usize)> = (0..draft.accounts.len()).map(|a| (ids.account(draft, a), a)).collect();
    order.sort();
    let rows = || order.iter().map(|(_, a)| &draft.accounts[*a]);
    let is_site = |platform| platform == Platform::Web;
    let columns = vec![
        texts("account_id", order.iter().map(|(id, _)| id)),
        texts("platform", rows().map(|a| a.platform.name())),
        texts("native_id", order.iter().map(|(_, a)| ids.native_account(*a))),
        texts("handle", rows().map(|a| a.handle.as_str())),
        texts("display_name", rows().map(|a| a.display_name.as_str())),
        texts("kind", rows().map(|a| if is_site(a.platform) { "domain" } else { "user" })),
        times("created_at", rows().map(|a| a.created_known.then_some(a.created_at))),
        some_texts("created_at_precision", rows().map(|a| a.created_known.then_some("s"))),
        some_texts("description", rows().map(|a| a.description.as_deref())),
        some_texts("url", rows().map(|a| is_site(a.platform).then(|| format!("https://{}/", a.handle)))),
        integers("n_follower", rows().map(|a| a.n_follower)),
        integers("n_following", rows().map(|a| a.n_following)),
        flags("declared_bot", rows().map(|a| a.declared_bot)),
        texts("status", rows().map(|_| "active")),
        flags("is_hashed", rows().map(|_| Some(false))),
        times("observed_at", rows().map(|_| Some(draft.period.end()))),
        texts("source_id", rows().map(|_| SOURCE_ID)),
        row_numbers("source_row", order.len()),
    ];
    complete("accounts", order.len(), &columns)
}

/// Host and registrable domain (here: the last two labels) of a canonical address.
fn host_and_domain(url: &str) -> (String, String) {
    let host = url.split('/').nth(2).unwrap_or_default();
    let labels: Vec<&str> = host.rsplit('.').take(2).collect();
    (host.to_owned(), labels.into_iter().rev().collect::<Vec<_>>().join("."))
}

#[derive(Default)]
struct LinkRows {
    post_id: Vec<String>,
    position: Vec<u16>,
    kind: Vec<&'static str>,
    raw: Vec<String>,
    target: Vec<String>,
    host: Vec<Option<String>>,
    domain: Vec<Option<String>>,
    final_url: Vec<Option<String>>,
}

fn links_frame(draft: &Draft, ids: &Ids, order: &[(String, PostRef)]) -> DataFrame {
    let mut rows = LinkRows::default();
    for (id, post) in order {
        for (position, pointer) in draft.posts[*post].pointers.iter().enumerate() {
            rows.post_id.push(id.clone());
            rows.position.push(position as u16);
            let (kind, raw, target, final_url) = match pointer {
                Pointer::Page { raw, target, final_url } => ("url", raw.clone(), target.clone(), final_url.clone()),
                Pointer::Hashtag(tag) => ("hashtag", format!("#{tag}"), tag.to_lowercase(), None),
                Pointer::Mention(account) => {
                    let handle = format!("@{}", draft.accounts[*account].handle);
                    ("mention", handle, ids.account(draft, *account), None)
                }
            };
            let place = (kind == "url").then(|| host_and_domain(&target));
            rows.kind.push(kind);
            rows.raw.push(raw);
            rows.target.push(target);
            rows.host.push(place.as_ref().map(|p| p.0.clone()));
            rows.domain.push(place.map(|p| p.1));
            rows.final_url.push(final_url);
        }
    }
    let height = rows.post_id.len();
    let columns = vec![
        texts("post_id", rows.post_id),
        column("position", rows.position),
        texts("kind", rows.kind),
        texts("raw", rows.raw),
        texts("target", rows.target),
        some_texts("host", rows.host),
        some_texts("domain", rows.domain),
        some_texts("final_url", rows.final_url),
        texts("found_in", (0..height).map(|_| "entity")),
        texts("normaliser", (0..height).map(|_| NORMALISER)),
    ];
    complete("links", height, &columns)
}

struct Interaction {
    id: String,
    kind: &'static str,
    actor: String,
    target_account: String,
    post: String,
    target_post: Option<String>,
    at: i64,
}

impl Interaction {
    fn new(
        kind: &'static str,
        [actor, target_account, post]: [String; 3],
        target_post: Option<String>,
        at: i64,
    ) -> Self {
        let micros = (at * MICROS).to_string();
        let target = target_post.as_deref().unwrap_or_default();
        let parts = [kind, &actor, &target_account, &post, target, &micros].join("\0");
        let digest = Sha256::digest(parts.as_bytes());
        let half = digest.iter().take(16).fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        Self { id: format!("i_{half:032x}"), kind, actor, target_account, post, target_post, at }
    }
}

fn interactions_frame(draft: &Draft, ids: &Ids, order: &[(String, PostRef)]) -> DataFrame {
    let mut rows = Vec::new();
    for (id, reference) in order {
        let post = &draft.posts[*reference];
        let actor = ids.account(draft, post.account);
        if let Some(target) = post.act.target() {
            let author = ids.account(draft, draft.posts[target].account);
            let parties = [actor.clone(), author, id.clone()];
            rows.push(Interaction::new(post.act.kind(), parties, Some(ids.post(draft, target)), post.at));
        }
        for pointer in &post.pointers {
            if let Pointer::Mention(account) = pointer {
                let parties = [actor.clone(), ids.account(draft, *account), id.clone()];
                rows.push(Interaction::new("mention", parties, None, post.at));
            }
        }
    }
    rows.sort_by(|a, b| a.id.cmp(&b.id));
    let columns = vec![
        texts("interaction_id", rows.iter().map(|r| &r.id)),
        texts("kind", rows.iter().map(|r| r.kind)),
        texts("actor_id", rows.iter().map(|r| &r.actor)),
        texts("target_account_id", rows.iter().map(|r| &r.target_account)),
        texts("post_id", rows.iter().map(|r| &r.post)),
        some_texts("target_post_id", rows.iter().map(|r| r.target_post.as_ref())),
        times("at", rows.iter().map(|r| Some(r.at))),
        texts("at_precision", rows.iter().map(|_| "s")),
        texts("source_id", rows.iter().map(|_| SOURCE_ID)),
        row_numbers("source_row", rows.len()),
    ];
    complete("interactions", rows.len(), &columns)
}

fn media_frame(draft: &Draft, order: &[(String, PostRef)]) -> DataFrame {
    let rows: Vec<_> = order.iter().filter_map(|(id, p)| Some((id, draft.posts[*p].picture.as_ref()?))).collect();
    let columns = vec![
        texts("media_id", rows.iter().map(|(id, _)| format!("{id}#0"))),
        texts("post_id", rows.iter().map(|(id, _)| id)),
        texts("kind", rows.iter().map(|_| "image")),
        texts("phash", rows.iter().map(|(_, m)| &m.phash)),
        texts("phash_algo", rows.iter().map(|_| "phash64-dct")),
        some_texts("source_type", rows.iter().map(|(_, m)| m.source_type)),
        some_texts("software", rows.iter().map(|(_, m)| m.software)),
        some_texts("c2pa", rows.iter().map(|(_, m)| m.c2pa)),
        texts("source_id", rows.iter().map(|_| SOURCE_ID)),
    ];
    complete("media", rows.len(), &columns)
}

fn sources_frame(draft: &Draft) -> DataFrame {
    let records = (draft.posts.len() + draft.accounts.len()) as u64;
    let columns = vec![
        texts("source_id", [SOURCE_ID]),
        texts("path", [format!("synth:seed={}", draft.seed)]),
        column("bytes", vec![0_u64]),
        texts("adapter", ["synth"]),
        texts("adapter_version", [env!("CARGO_PKG_VERSION")]),
        texts("encoding", ["utf-8"]),
        column("rows_read", vec![records]),
        column("rows_kept", vec![records]),
        column("rows_skipped", vec![0_u64]),
        column("rows_rejected", vec![0_u64]),
    ];
    complete("sources", 1, &columns)
}

#[cfg(test)]
mod tests {
    use super::{Interaction, host_and_domain};

    #[test]
    fn the_registrable_domain_is_the_last_two_labels() {
        assert_eq!(
            host_and_domain("https://live.harbourpost.example/a?b=c.d"),
            ("live.harbourpost.example".to_owned(), "harbourpost.example".to_owned())
        );
    }

    #[test]
    fn interaction_ids_hash_the_joined_fields() {
        let parties = || ["x:1".to_owned(), "x:2".to_owned(), "x:3".to_owned()];
        let id = |target: Option<&str>| Interaction::new("reply", parties(), target.map(str::to_owned), 1).id;
        // printf 'reply\0x:1\0x:2\0x:3\0x:4\0001000000' | sha256sum
        assert_eq!(id(Some("x:4")), "i_8325137ff1bcaf91e7766d2ecefcccbf");
        assert_ne!(id(None), id(Some("x:4")));
    }
}
