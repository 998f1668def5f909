//! `claque coordinate`: the pair network alone, from canonical tables or a four-column file.

use crate::args::{self, Method};
use crate::diagnosis::Failure;
use crate::interrupt::while_writing;
use crate::progress::Progress;
use crate::terminal::{Exit, Terminal};
use claque_coordination::coortweet::{CoorTweetTable, GroupSettings, coordinated_network, detect_groups};
use claque_coordination::{
    ActionTable, Actions, CoordinationError, Corpus, Half, LayerInput, NullSettings, encode_actions, fusion_weight,
    link, plain, trace_signals,
};
use claque_host::{Limits, Tables, run as run_signal};
use claque_ingest::{FourColumns, is_activity_folder, read_activity, read_four_columns, write_table};
use claque_model::TimeWindow;
use claque_study::edges;
use polars::prelude::{Column, DataFrame, Float64Chunked, NamedFrom, PolarsError, Series};
use serde_json::json;
use std::collections::BTreeMap;

pub(crate) fn run(options: &args::Coordinate, out: &Terminal) -> Result<Exit, Failure> {
    let windows = windows(&options.window)?;
    let progress = out.progress();
    let (frame, said) = if is_activity_folder(&options.input) {
        if options.method != Method::Null {
            return Err(Failure::new("this method reads a four-column file, not a folder of canonical tables")
                .with_hint(
                    "leave out --method, or give a CSV with object_id, account_id, content_id, timestamp_share",
                ));
        }
        beyond_chance(&corpus_of_folder(options, &progress)?, &windows, options.seed)?
    } else {
        let rows = read_four_columns(&options.input)?;
        if rows.skipped > 0 {
            out.warn(&format!("{} rows without object, account or time were left out", rows.skipped));
        }
        of_actions(options, &windows, &rows)?
    };
    progress.finish();
    while_writing(|| write_table(&frame, &options.output, &metadata(options.method)))?;
    out.say(&said);
    out.say(&format!("written to {}", options.output.display()));
    out.object(&json!({ "edges": frame.height(), "output": options.output.display().to_string(), "message": said }));
    Ok(Exit::Done)
}

fn windows(texts: &[String]) -> Result<Vec<TimeWindow>, Failure> {
    let mut windows = Vec::new();
    for text in texts {
        let window = TimeWindow::parse(text)
            .map_err(|error| Failure::new(error.to_string()).with_hint("such as --window 10s,60s"))?;
        windows.push(window);
    }
    windows.sort_unstable();
    windows.dedup();
    Ok(windows)
}

fn metadata(method: Method) -> Vec<(&'static str, &'static str)> {
    match method {
        Method::Null => {
            vec![
                ("activity.schema", "1"),
                ("activity.table", "edges"),
                ("activity.key", "layer,window_s,account_a,account_b"),
            ]
        }
        Method::Plain | Method::Coortweet => Vec::new(),
    }
}

fn internal(error: &PolarsError) -> Failure {
    Failure::new(format!("internal table operation failed: {error}"))
}

fn of_actions(
    options: &args::Coordinate,
    windows: &[TimeWindow],
    rows: &FourColumns,
) -> Result<(DataFrame, String), Failure> {
    if options.method == Method::Coortweet {
        return as_coortweet(rows, one(windows, "coortweet")?, options);
    }
    let text = |column: &'_ Column| column.str().cloned().map_err(|e| internal(&e));
    let (object, account) = (text(&rows.object)?, text(&rows.account)?);
    let table = ActionTable { object: &object, account: &account, at_micros: &rows.at };
    let actions = encode_actions(&table).map_err(|error| Failure::new(error.to_string()))?;
    match options.method {
        Method::Plain => counted(&actions, one(windows, "plain")?, options),
        Method::Null | Method::Coortweet => {
            beyond_chance(&Corpus::from_actions(&actions, &options.trace), windows, options.seed)
        }
    }
}

fn one(windows: &[TimeWindow], method: &str) -> Result<TimeWindow, Failure> {
    match windows {
        [window] => Ok(*window),
        _ => Err(Failure::new(format!("--method {method} takes one window")).with_hint("such as --window 60s")),
    }
}

fn corpus_of_folder(options: &args::Coordinate, progress: &Progress) -> Result<Corpus, Failure> {
    let activity = read_activity(&options.input)?;
    let signals = trace_signals();
    let Some(signal) = signals.iter().find(|s| s.declaration().layer_name() == options.trace) else {
        let known: Vec<&str> = signals.iter().map(|s| s.declaration().layer_name()).collect();
        return Err(Failure::new(format!("unknown trace layer `{}`", options.trace))
            .with_hint(format!("one of {}", known.join(", "))));
    };
    let none = BTreeMap::new();
    let traces = run_signal(
        signal.as_ref(),
        &Tables::new(&activity, &none),
        &BTreeMap::new(),
        options.seed,
        &Limits::default(),
        progress,
    )
    .map_err(|fault| Failure::new(format!("layer `{}`: {fault}", options.trace)))?;
    let precision = claque_study::precision_of(&activity, &traces)?;
    let layer =
        LayerInput { name: options.trace.clone(), fusion_weight: fusion_weight(&options.trace), traces, precision };
    Corpus::encode(&[layer]).map_err(|error| Failure::new(error.to_string()))
}

fn beyond_chance(corpus: &Corpus, windows: &[TimeWindow], seed: u64) -> Result<(DataFrame, String), Failure> {
    let network = link(corpus, &NullSettings::new(windows.to_vec(), seed), Half::Whole);
    let mut lines = Vec::new();
    for skipped in &network.skipped {
        let instead = skipped.widened_to.map_or_else(String::new, |w| format!("; tested at {w} instead"));
        lines.push(format!("not tested at {} ({}){instead}", skipped.window, skipped.reason));
    }
    for layer in &network.layers {
        let hot =
            if layer.hot_objects > 0 { format!("; {} hot objects left out", layer.hot_objects) } else { String::new() };
        lines.push(format!(
            "{} at {}: {} pairs tested, {} edges exceed chance{hot}",
            layer.layer,
            layer.window,
            layer.tested,
            layer.edges.len()
        ));
    }
    if network.n_edges() == 0 {
        lines.push("nothing exceeds chance: no two accounts met more often than independent timing allows".to_owned());
    }
    let frame = edges(corpus, &network.layers).map_err(|error| Failure::new(error.to_string()))?;
    Ok((frame, lines.join("\n")))
}

fn column<T, Phantom: ?Sized>(name: &str, values: T) -> Column
where
    Series: NamedFrom<T, Phantom>,
{
    Series::new(name.into(), values).into()
}

fn counted(actions: &Actions, window: TimeWindow, options: &args::Coordinate) -> Result<(DataFrame, String), Failure> {
    let edges = plain(actions, window, options.min_participation, options.min_weight);
    let id = |code: u32| actions.accounts()[code as usize].as_str();
    let columns = vec![
        column("account_a", edges.iter().map(|e| id(e.a)).collect::<Vec<_>>()),
        column("account_b", edges.iter().map(|e| id(e.b)).collect::<Vec<_>>()),
        column("weight", edges.iter().map(|e| i64::from(e.weight)).collect::<Vec<_>>()),
    ];
    let frame = DataFrame::new(edges.len(), columns).map_err(|error| Failure::new(error.to_string()))?;
    let said = format!(
        "{} edges of weight >= {} within {window}\n\
         a count says nothing about chance: on ordinary data most of these pairs are strangers; --method null tests them",
        edges.len(),
        options.min_weight
    );
    Ok((frame, said))
}

fn as_coortweet(
    rows: &FourColumns,
    window: TimeWindow,
    options: &args::Coordinate,
) -> Result<(DataFrame, String), Failure> {
    let text = |column: &'_ Column| column.str().cloned().map_err(|e| internal(&e));
    let (object, account) = (text(&rows.object)?, text(&rows.account)?);
    let Some(content) = rows.content.as_ref().map(text).transpose()? else {
        return Err(Failure::new(format!(
            "`{}`: --method coortweet needs a column `content_id`",
            options.input.display()
        ))
        .with_hint("its loops and its counts are about posts; --method null and plain do without"));
    };
    let seconds: Vec<f64> = rows.at.iter().map(|micros| *micros as f64 / 1e6).collect();
    let table = CoorTweetTable {
        object_id: &object,
        account_id: &account,
        content_id: &content,
        timestamp_share: &Float64Chunked::from_vec("timestamp_share".into(), seconds),
    };
    let settings = GroupSettings {
        time_window: window.seconds(),
        min_participation: options.min_participation,
        ..GroupSettings::default()
    };
    // where CooRTweet stops with an error of its own, nobody took part often enough: no edge
    let edges = match detect_groups(&table, &settings) {
        Ok(groups) => coordinated_network(&groups, options.edge_weight),
        Err(CoordinationError::NobodyParticipates { .. }) => Vec::new(),
        Err(error) => return Err(Failure::new(error.to_string())),
    };
    let columns = vec![
        column("account_id", edges.iter().map(|e| e.account_id).collect::<Vec<_>>()),
        column("account_id_y", edges.iter().map(|e| e.account_id_y).collect::<Vec<_>>()),
        column("weight", edges.iter().map(|e| i64::from(e.weight)).collect::<Vec<_>>()),
        column("avg_time_delta", edges.iter().map(|e| e.avg_time_delta).collect::<Vec<_>>()),
        column("n_content_id", edges.iter().map(|e| i64::from(e.n_content_id)).collect::<Vec<_>>()),
        column("n_content_id_y", edges.iter().map(|e| i64::from(e.n_content_id_y)).collect::<Vec<_>>()),
        column("edge_symmetry_score", edges.iter().map(|e| e.edge_symmetry_score).collect::<Vec<_>>()),
        column("weight_threshold", edges.iter().map(|e| i64::from(e.weight_threshold)).collect::<Vec<_>>()),
    ];
    let frame = DataFrame::new(edges.len(), columns).map_err(|e| internal(&e))?;
    let flagged = edges.iter().filter(|e| e.weight_threshold).count();
    let said = format!(
        "{} edges, {flagged} above the {} quantile, as CooRTweet 2.1.3 counts them\n\
         a quantile always flags something, also in noise; --method null says what exceeds chance",
        edges.len(),
        options.edge_weight
    );
    Ok((frame, said))
}
