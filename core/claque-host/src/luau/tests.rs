//! Tests of the script host: what each verb gives, what a script may not do, what a mistake looks like, and
//! the worked scripts with their own tests.

mod arrays;
mod determinism;
mod escapes;
mod examples;
mod graph;
mod host_calls;
mod limits;
mod loading;
mod mistakes;
mod overrun;
mod reference;
mod script_tests;
mod session;
mod sql;
mod traps;
mod verbs;

use super::modules::Sources;
use super::script::{LuauSignal, Script};
use super::vm::{self, Options};
use super::{api, sample};
use claque_model::{Given, LogLevel, Services, Signal};
use mlua::Lua;
use polars::prelude::{DataFrame, DataType, TimeUnit, TimeZone};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

/// A table from CSV text, by types such as `id` and `int`.
fn table(text: &str, types: &[&str]) -> DataFrame {
    let sheet = sample::read(text).expect("CSV text");
    let column = |(position, kind): (usize, &&str)| {
        let dtype = match *kind {
            "int" => DataType::Int64,
            "float" => DataType::Float64,
            "bool" => DataType::Boolean,
            "datetime" => DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)),
            _ => DataType::String,
        };
        sample::typed(&sheet, position, &dtype).expect("cells of that type")
    };
    DataFrame::new(sheet.rows.len(), types.iter().enumerate().map(column).collect()).expect("a table")
}

/// The rows of a table as `a,b / c,d`.
fn rows(frame: &DataFrame) -> String {
    let names: Vec<String> = frame.get_column_names().iter().map(ToString::to_string).collect();
    let cells = sample::texts(frame, &names).expect("columns of this frame");
    cells.iter().map(|row| row.join(",")).collect::<Vec<_>>().join(" / ")
}

/// A VM with the script API and 64 MB, in which `install` adds more.
fn machine(code: &str, install: impl FnOnce(&Lua) -> mlua::Result<()>) -> (Lua, Arc<Sources>) {
    let sources = Arc::new(Sources::new("test/main.luau", code, None));
    let options = Options { memory: 64 << 20, ..Options::new(1) };
    let lua = vm::fresh(options, |lua| {
        api::install(lua, &sources)?;
        install(lua)
    });
    (lua.expect("a fresh VM"), sources)
}

/// A whole `marks` script around the body of its `score`, which sees `posts`.
fn script(body: &str) -> String {
    format!(
        "return plugin {{ id = 'dis.demo', version = '1.0.0', api = '1', title = 'Demo', doc = 'Demo.', \
         dimension = 'disinformation', family = 'demo', emits = 'marks', innocent = {{ 'It is a demo.' }}, \
         requires = {{ posts = {{ post_id = 'id', n_like = 'int', lang = 'string?' }} }}, score = function(ctx)\n\
         \tlocal posts = ctx:table 'posts'\n\t{body}\nend }}"
    )
}

/// The one signal of a script that must load.
fn signal(source: &str) -> LuauSignal {
    let mut signals = Script::load("demo/main.luau", source, None).unwrap_or_else(|e| panic!("{e}"));
    signals.pop().expect("a script has at least one signal")
}

/// Three posts for [`script`].
fn given() -> Given {
    let posts = "lang,n_like,post_id\nen,5,1767225600123456789\nde,1,1767225600123456790\nen,9,3\n";
    Given {
        tables: BTreeMap::from([("posts".to_owned(), table(posts, &["string", "int", "id"]))]),
        params: BTreeMap::new(),
        seed: 7,
        time_limit: Duration::from_secs(30),
        memory_limit: 64 << 20,
        max_threads: 1,
    }
}

/// Runs an ordinary plugin, in this process, after something else tried to harm it: libraries, frames and
/// random numbers are as they were.
#[track_caller]
fn neighbour_is_unharmed(after: &str) {
    static NEIGHBOUR: LazyLock<LuauSignal> = LazyLock::new(|| {
        let body = "local words = string.split('b,a', ',') table.sort(words) assert(table.concat(words) == 'ab') \
                    assert(string.rep('x', 3):find('xx') == 1 and math.random() < 1 and col ~= nil) \
                    local likes = posts:filter(col('lang'):eq('en')):sort('n_like') \
                    return likes:select('post_id', (col('n_like') + #string.format('%d', 12)):alias 'value')";
        signal(&script(body))
    });
    let scored = NEIGHBOUR.score(&given(), &Recorder::default());
    assert_eq!(scored.as_ref().map(rows), Ok("1767225600123456789,7 / 3,11".to_owned()), "after: {after}");
}

/// Services that keep what was said, and can be told to cancel.
#[derive(Default)]
struct Recorder {
    lines: Mutex<Vec<(LogLevel, String)>>,
    fractions: Mutex<Vec<f64>>,
    cancel: AtomicBool,
}

impl Services for Recorder {
    fn log(&self, level: LogLevel, text: &str) {
        self.lines.lock().expect("not poisoned").push((level, text.to_owned()));
    }

    fn progress(&self, fraction: f64, _: &str) {
        self.fractions.lock().expect("not poisoned").push(fraction);
    }

    fn cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }
}
