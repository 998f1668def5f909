//! TITLE. Change `share` to what you want to see in a post: 0 not at all, 1 fully.

use claque_sdk::{Call, Error, Lazy, Marks, Signal};

/// Marks posts by their share of capital letters.
pub struct Capitals;

impl Signal for Capitals {
    const ID: &'static str = "my.example_marks";
    type Output = Lazy<Marks>;

    fn score(call: &Call) -> Result<Self::Output, Error> {
        let min_letters = call.int("min_letters")? as usize;
        // batch by batch, while the host reads: a large table never stands in memory twice
        Ok(call.table("posts")?.map(move |batch| {
            let (ids, texts) = (batch.strings("post_id")?, batch.strings("text")?);
            let mut marks = Marks::new();
            for (id, text) in ids.iter().zip(texts.iter()) {
                if let (Some(id), Some(value)) = (id, text.and_then(|text| share(text, min_letters))) {
                    marks.push(id, value);
                }
            }
            Ok(marks)
        }))
    }
}

/// Share of capitals among the ASCII letters, where there are enough of them.
fn share(text: &str, min_letters: usize) -> Option<f64> {
    let letters = text.chars().filter(char::is_ascii_alphabetic).count();
    let upper = text.chars().filter(char::is_ascii_uppercase).count();
    (letters >= min_letters.max(1)).then(|| upper as f64 / letters as f64)
}

claque_sdk::export_signals!(Capitals);

#[cfg(test)]
mod tests {
    use super::*;
    use claque_sdk::testing::{Input, Trial};

    #[test]
    fn capitals_are_marked_and_short_texts_left_out() {
        let posts = Input::new().texts("post_id", ["x:1", "x:2", "x:3"]).texts("text", [Some("HELLO you"), Some("A"), None]);
        let rows = Trial::new().table("posts", posts).param("min_letters", 5).run::<Capitals>().unwrap();
        assert_eq!(rows.texts("post_id"), ["x:1"]);
        assert_eq!(rows.floats("value"), [0.625]); // 5 of 8 letters
    }
}
