//! `claque plugin types`: the types of the script API, for people who have the program but not its sources.

use crate::args::Server;
use crate::terminal::{Exit, Terminal};
use claque_host::{definitions, meta_stub};
use serde_json::json;

pub(crate) fn run(server: Server, out: &Terminal) -> Exit {
    let text = match server {
        Server::LuauLsp => definitions(),
        Server::LuaLs => meta_stub(),
    };
    out.say(text.trim_end());
    out.object(&json!({ "types": text }));
    Exit::Done
}
