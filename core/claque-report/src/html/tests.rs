//! The page against hostile text, and what it may and may not hold.

use super::*;
use crate::fixtures::{groups, nothing};
use crate::view::view;

#[test]
#[ignore = "writes pages to look at into the temporary folder"]
fn pages_to_look_at() {
    for (name, run) in [("groups", groups()), ("nothing", nothing())] {
        let page = html(&view(&run.input())).expect("a page");
        std::fs::write(std::env::temp_dir().join(format!("claque-{name}.html")), page).expect("written");
    }
}
