//! Which panics are shown. One on the thread of a script is caught there and told as that script's error; its raw
//! text on standard error would only frighten. `RUST_BACKTRACE` shows it all the same.

use std::panic;
use std::thread;

pub(crate) fn quiet_in_scripts() {
    if std::env::var_os("RUST_BACKTRACE").is_some() {
        return;
    }
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |about| {
        if thread::current().name() != Some("script") {
            usual(about);
        }
    }));
}
