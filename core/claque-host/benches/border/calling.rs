//! What both halves of the bench need: a library to call, tables to give, and times to print.

use claque_model::{Given, LogLevel, ParamValue, Services};
use polars::prelude::DataFrame;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

pub(super) struct Nobody;

impl Services for Nobody {
    fn log(&self, level: LogLevel, text: &str) {
        println!("{level:?} {text}");
    }
    fn progress(&self, _: f64, _: &str) {}
    fn cancelled(&self) -> bool {
        false
    }
}

pub(super) fn given<const N: usize>(table: &str, frame: DataFrame, params: [(&str, ParamValue); N]) -> Given {
    Given {
        tables: [(table.to_owned(), frame)].into(),
        params: params.map(|(name, value)| (name.to_owned(), value)).into(),
        seed: 1,
        time_limit: Duration::from_mins(5),
        memory_limit: 2 << 30,
        max_threads: 2,
    }
}

/// Compiles a plugin of one C file.
pub(super) fn build(source: &Path, folder: &Path) -> PathBuf {
    let name = source.file_stem().expect("a file").to_string_lossy();
    let library = folder.join(format!("lib{name}.so"));
    let status = Command::new("cc")
        .args(["-std=c11", "-O2", "-fPIC", "-shared", "-fvisibility=hidden", "-Wl,-z,nodelete", "-Wl,-z,defs", "-I"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../claque-abi/include"))
        .arg("-o")
        .arg(&library)
        .arg(source)
        .status();
    assert!(status.expect("a C compiler").success());
    library
}

/// Times in milliseconds, ascending.
pub(super) fn times(calls: usize, mut call: impl FnMut()) -> Vec<f64> {
    call();
    let mut times: Vec<f64> = (0..calls)
        .map(|_| {
            let start = Instant::now();
            call();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times
}

pub(super) fn row(name: &str, times: &[f64]) -> f64 {
    let (least, median, most) = (times[0], times[times.len() / 2], times[times.len() - 1]);
    println!("{name:<44} median {median:>9.2} ms   least {least:>9.2}   most {most:>9.2}");
    median
}
