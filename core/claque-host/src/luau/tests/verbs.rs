//! scratch

use super::super::frame::Frame;
use super::super::modules::Sources;
use super::super::vm::{self, Options};
use super::super::{api, explain::explain, sample};
use mlua::Value;
use polars::prelude::{DataFrame, DataType, TimeUnit, TimeZone};
use std::sync::Arc;

fn table(text: &str, types: &[DataType]) -> DataFrame {
    let sheet = sample::read(text).expect("a sheet");
    let columns = types.iter().enumerate().map(|(i, t)| sample::typed(&sheet, i, t).expect("a column")).collect();
    DataFrame::new(sheet.rows.len(), columns).expect("a table")
}

const POSTS: &str = "post_id,text,lang,n,w,ok,at
a,Hello World 12,en,1,0.5,true,2024-06-03T09:00:00Z
b,ẞtraße 7 and 8,de,-7,2.5,false,2024-06-03T23:59:59.5Z
c,,en,3,,true,
d,alpha beta,,4,-1.5,,2024-06-09T10:30:00Z
";
const OTHER: &str = "post_id,v\na,10\na,11\nc,12\nz,13\n";

fn eval(code: &str) -> String {
    let sources = Arc::new(Sources::new("verbs", code, None));
    let time = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let text = DataType::String;
    let types = [text.clone(), text.clone(), text.clone(), DataType::Int64, DataType::Float64, DataType::Boolean, time];
    let posts = table(POSTS, &types);
    let other = table(OTHER, &[text, DataType::Int64]);
    let run = || -> mlua::Result<String> {
        let lua = vm::fresh(Options::new(1), |lua| {
            api::install(lua, &sources)?;
            lua.globals().set("posts", Frame::of(posts.clone()))?;
            lua.globals().set("other", Frame::of(other.clone()))
        })?;
        let value = vm::compile(&lua, "verbs", code)?.call::<Value>(())?;
        let frame = value.as_userdata().expect("a userdata").borrow::<Frame>()?;
        let rows = frame.collect(&lua)?;
        let names: Vec<String> = rows.get_column_names().iter().map(|n| n.to_string()).collect();
        let cells = sample::texts(&rows, &names)?;
        let lines: Vec<String> = cells.iter().map(|row| row.join(",")).collect();
        Ok(format!("{} {} => {}", names.join(","), rows.columns()[0].dtype(), lines.join(" / ")))
    };
    run().unwrap_or_else(|e| format!("ERR {}", explain(&e, &sources)))
}

#[test]
fn scratch() {
    let Ok(path) = std::env::var("SCRATCH") else { return };
    for line in std::fs::read_to_string(path).expect("x").lines() {
        println!("{line}\n      {}", eval(line));
    }
}
