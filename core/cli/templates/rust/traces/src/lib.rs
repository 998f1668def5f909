//! TITLE. Two accounts that leave the same object within a window are a pair; windows, chance, network and evidence
//! are the engine's business. Change `opening` to what you think is shared.

use claque_sdk::{Call, Error, Lazy, Signal, Traces};

/// Posts that begin with the same words.
pub struct Openings;

impl Signal for Openings {
    const ID: &'static str = "my.example_traces";
    type Output = Lazy<Traces>;

    fn score(call: &Call) -> Result<Self::Output, Error> {
        let words = call.int("words")? as usize;
        // batch by batch, while the host reads: a large table never stands in memory twice
        Ok(call.table("posts")?.map(move |batch| {
            let (ids, authors, times) =
                (batch.strings("post_id")?, batch.strings("account_id")?, batch.times("created_at")?);
            let (texts, kinds) = (batch.strings("text")?, batch.strings("kind")?);
            let mut traces = Traces::new();
            for i in (0..batch.len()).filter(|&i| kinds.get(i) != Some("repost")) {
                let object = texts.get(i).and_then(|text| opening(text, words));
                if let (Some(author), Some(object), Some(at), Some(id)) = (authors.get(i), object, times.get(i), ids.get(i)) {
                    traces.push(author, &object, at, id);
                }
            }
            Ok(traces)
        }))
    }
}

/// The first words, in lower case as far as they are ASCII, where there are enough.
fn opening(text: &str, words: usize) -> Option<String> {
    let first: Vec<String> = text.split_ascii_whitespace().take(words).map(str::to_ascii_lowercase).collect();
    (first.len() == words).then(|| first.join(" "))
}

claque_sdk::export_signals!(Openings);

#[cfg(test)]
mod tests {
    use super::*;
    use claque_sdk::testing::{Input, Trial};

    #[test]
    fn the_same_words_are_the_same_object_and_reposts_leave_none() {
        let posts = Input::new()
            .texts("post_id", ["x:1", "x:2", "x:3", "x:4"])
            .texts("account_id", ["x:a", "x:b", "x:c", "x:d"])
            .times("created_at", [0, 1, 2, 3])
            .texts("text", ["The mayor said", "THE  Mayor will", "the mayor", "Mayor"])
            .texts("kind", [Some("post"), None, Some("repost"), None]);
        let rows = Trial::new().table("posts", posts).param("words", 2).run::<Openings>().unwrap();
        assert_eq!(rows.texts("object"), ["the mayor", "the mayor"]);
        assert_eq!(rows.texts("account_id"), ["x:a", "x:b"]);
        assert_eq!(rows.times("at"), [0, 1]);
    }
}
