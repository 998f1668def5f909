//! `--method coortweet`: what CooRTweet 2.1.3 computes, with its column names, and what is said about it.

mod tables;

use super::internal;
use crate::args;
use crate::diagnosis::Failure;
use crate::interrupt::while_writing;
use crate::terminal::Terminal;
use claque_coordination::CoordinationError;
use claque_coordination::coortweet::{
    CoorTweetGroups, CoorTweetNetwork, CoorTweetTable, GroupSettings, NetworkSettings, StatsLevel, Subgraph,
    account_stats, corrected_group_stats, detect_groups, flag_speed_share, generate_coordinated_network, group_stats,
};
use claque_ingest::{SharesAsIs, read_shares_as_is, write_table};
use claque_model::TimeWindow;
use claque_study::publish;
use polars::prelude::{Column, DataFrame};
use std::path::Path;

pub(super) fn as_coortweet(
    window: TimeWindow,
    options: &args::Coordinate,
    out: &Terminal,
) -> Result<(DataFrame, String), Failure> {
    let wanted = &options.coortweet;
    if let Some(folder) = wanted.tables.as_ref().filter(|folder| folder.exists()) {
        let message = format!("`{}` exists already", folder.display());
        return Err(Failure::new(message).with_hint("name another folder with --tables"));
    }
    let fast_window = fast_window(window, wanted)?;
    let shares = read_shares_as_is(&options.input)?;
    say_what_differs(&shares, window, out)?;
    let table = CoorTweetTable {
        object_id: text(&shares.object)?,
        account_id: text(&shares.account)?,
        content_id: text(&shares.content)?,
        timestamp_share: shares.at.f64().map_err(|e| internal(&e))?,
    };
    let settings = GroupSettings {
        time_window: window.seconds() * shares.units_per_second,
        min_participation: options.min_participation,
        remove_loops: !wanted.keep_loops,
    };
    let groups = detect_groups(&table, &settings).map_err(|error| failure(&error))?;
    let flagged = fast_window
        .map(|fast| {
            let seconds = fast.seconds() * shares.units_per_second;
            flag_speed_share(&table, &groups, options.min_participation, seconds)
        })
        .transpose()
        .map_err(|error| failure(&error))?;
    let network = {
        let settings = NetworkSettings {
            edge_weight: wanted.edge_weight.unwrap_or(NetworkSettings::default().edge_weight),
            fast_net: flagged.is_some(),
            subgraph: subgraph(wanted),
        };
        let groups = flagged.as_ref().unwrap_or(&groups);
        generate_coordinated_network(groups, &settings).map_err(|error| failure(&error))?
    };
    if let Some(folder) = &wanted.tables {
        let every = every_table(&groups, flagged.as_ref(), &network, options.corrected)?;
        while_writing(|| write_tables(&every, folder))?;
    }
    let frame = tables::edges(&network, false, options.corrected)?;
    Ok((frame, said(&groups, flagged.as_ref(), &network, options)))
}

fn text(column: &Column) -> Result<&polars::prelude::StringChunked, Failure> {
    column.str().map_err(|e| internal(&e))
}

fn fast_window(window: TimeWindow, wanted: &args::CoorTweetOptions) -> Result<Option<TimeWindow>, Failure> {
    let Some(written) = &wanted.fast_window else { return Ok(None) };
    let hint = "such as --window 60s --fast-window 10s";
    let fast = TimeWindow::parse(written).map_err(|error| Failure::new(error.to_string()).with_hint(hint))?;
    if fast > window {
        let message = format!("the fast window {fast} is wider than the window {window}");
        return Err(Failure::new(message).with_hint(hint));
    }
    Ok(Some(fast))
}

fn subgraph(wanted: &args::CoorTweetOptions) -> Subgraph {
    match wanted.subgraph {
        None | Some(0) => Subgraph::Whole,
        Some(1) => Subgraph::AboveThreshold,
        Some(2) => Subgraph::FastAboveThreshold,
        Some(_) => Subgraph::FastNeighbourhood,
    }
}

fn failure(error: &CoordinationError) -> Failure {
    let failure = Failure::new(error.to_string());
    match error {
        CoordinationError::EdgeWeight(_) => failure.with_hint("such as --edge-weight 0.9"),
        CoordinationError::SubgraphOfFastNetwork => failure.with_hint("such as --fast-window 10s --subgraph 2"),
        CoordinationError::SubgraphOfPlainNetwork => {
            failure.with_hint("leave out --fast-window, or take --subgraph 2 or 3")
        }
        _ => failure,
    }
}

/// What about this file may surprise: CooRTweet says nothing about it.
fn say_what_differs(shares: &SharesAsIs, window: TimeWindow, out: &Terminal) -> Result<(), Failure> {
    for (name, column) in
        [("object_id", &shares.object), ("account_id", &shares.account), ("content_id", &shares.content)]
    {
        let empty = text(column)?.iter().flatten().filter(|id| id.is_empty()).count();
        if empty > 0 {
            out.warn(&format!("{empty} rows have an empty {name}: to CooRTweet that is one {name} like any other"));
        }
    }
    let missing = [&shares.object, &shares.account, &shares.content, &shares.at].map(Column::is_null);
    let missing = missing.into_iter().reduce(|x, y| x | y).and_then(|any| any.sum()).unwrap_or_default();
    if missing > 0 {
        out.warn(&format!(
            "{missing} rows lack a value: they count for --min-participation; without a time they pair with none, \
             without an id only with --keep-loops"
        ));
    }
    if shares.units_per_second > 1.0 {
        let width = window.seconds() * shares.units_per_second;
        out.warn(&format!(
            "times are no seconds: {window} are {width} in this file (CooRTweet's time_window), and so is time_delta"
        ));
    }
    Ok(())
}

/// All tables with their names.
fn every_table(
    groups: &CoorTweetGroups<'_>,
    flagged: Option<&CoorTweetGroups<'_>>,
    network: &CoorTweetNetwork<'_>,
    corrected: bool,
) -> Result<Vec<(String, DataFrame)>, Failure> {
    let mut every = vec![
        ("groups".to_owned(), tables::groups(groups)?),
        ("edges".to_owned(), tables::edges(network, true, corrected)?),
    ];
    if let Some(flagged) = flagged {
        every.push(("flagged_groups".to_owned(), tables::groups(flagged)?));
    }
    for (ending, level) in [("", StatsLevel::All), ("_full", StatsLevel::Full), ("_fast", StatsLevel::Fast)] {
        if level == StatsLevel::Fast && flagged.is_none() {
            continue;
        }
        let accounts = account_stats(network, flagged.unwrap_or(groups), level);
        every.push((format!("account_stats{ending}"), tables::accounts(&accounts, network.is_fast, corrected)?));
        let right = corrected.then(|| corrected_group_stats(network, level));
        every.push((format!("group_stats{ending}"), tables::objects(&group_stats(network, level), right)?));
    }
    if !network.vertices.is_empty() {
        every.push(("vertices".to_owned(), tables::vertices(network)?));
    }
    Ok(every)
}

fn write_tables(every: &[(String, DataFrame)], folder: &Path) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::new(format!("cannot write `{}`: {error}", folder.display()));
    let parent = folder.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent).map_err(failed)?;
    let temporary = tempfile::Builder::new().prefix(".claque-tables-").tempdir_in(parent).map_err(failed)?;
    for (name, frame) in every {
        write_table(frame, &temporary.path().join(format!("{name}.csv")), &[])?;
    }
    publish(temporary, folder).map_err(failed)
}

fn said(
    groups: &CoorTweetGroups<'_>,
    flagged: Option<&CoorTweetGroups<'_>>,
    network: &CoorTweetNetwork<'_>,
    options: &args::Coordinate,
) -> String {
    let edge_weight = options.coortweet.edge_weight.unwrap_or(NetworkSettings::default().edge_weight);
    let above = network.edges.iter().filter(|edge| edge.full.weight_threshold).count();
    let mut lines = vec![format!(
        "{} edges, {above} above the {edge_weight} quantile, as CooRTweet 2.1.3 counts them; ids in code point order",
        network.edges.len()
    )];
    if groups.is_empty() {
        lines.push("nobody shares anything in time often enough: CooRTweet stops with errors here".to_owned());
    } else if let Some(flagged) = flagged {
        let fast = flagged.iter().filter(|row| row.fast == Some(true)).count();
        lines.push(format!("{fast} of {} groups rows are fast", flagged.len()));
        if fast == 0 {
            lines.push("no fast pair, so no network: CooRTweet stops with an error here".to_owned());
        }
    }
    if options.corrected {
        lines.extend(what_is_wrong(network, flagged.unwrap_or(groups)));
    } else if !network.edges.is_empty() {
        lines.push(
            "n_content_id, edge_symmetry_score and the statistics repeat CooRTweet's errors; --corrected shows the right \
             numbers beside them"
                .to_owned(),
        );
    }
    if let Some(folder) = &options.coortweet.tables {
        lines.push(format!("tables in {}", folder.display()));
    }
    lines.push("a quantile always flags something, also in noise; --method null says what exceeds chance".to_owned());
    lines.join("\n")
}

/// How often each number of CooRTweet is not what its documentation says.
fn what_is_wrong(network: &CoorTweetNetwork<'_>, groups: &CoorTweetGroups<'_>) -> Vec<String> {
    let edges = || network.edges.iter().map(|edge| &edge.full);
    // its two counts are said to be of the smaller and of the larger id
    let mixed = network.edges.iter().filter(|edge| {
        let (from, to) = (edge.full.corrected.n_content_from, edge.full.corrected.n_content_to);
        let right = if edge.from <= edge.to { (from, to) } else { (to, from) };
        (edge.full.n_content_id, edge.full.n_content_id_y) != right
    });
    let skewed =
        edges().filter(|edge| edge.edge_symmetry_score.to_bits() != edge.corrected.edge_symmetry_score.to_bits());
    let repeated = edges().filter(|edge| edge.weight != edge.corrected.n_objects);
    let accounts = account_stats(network, groups, StatsLevel::All);
    let collapsed = accounts
        .iter()
        .filter(|account| account.full.avg_time_delta.to_bits() != account.full.corrected.avg_time_delta.to_bits());
    let theirs = group_stats(network, StatsLevel::All);
    let right = corrected_group_stats(network, StatsLevel::All);
    let mut known: Vec<(&str, u32)> = theirs.iter().map(|object| (object.object_id, object.num_accounts)).collect();
    known.sort_unstable();
    let miscounted =
        right.iter().filter(|object| known.binary_search(&(object.object_id, object.num_accounts)).is_err());
    let n_edges = network.edges.len();
    vec![
        "what CooRTweet gets wrong here, with the right number in a column `corrected_…`:".to_owned(),
        format!(
            "- n_content_id counts older and newer posts, not each account's: {} of {n_edges} edges",
            mixed.count()
        ),
        format!("- edge_symmetry_score follows from it: {} of {n_edges} edges", skewed.count()),
        format!(
            "- weight counts post pairs, which are more than shared objects: {} of {n_edges} edges",
            repeated.count()
        ),
        format!(
            "- account means count equal edges once: avg_time_delta of {} of {} accounts",
            collapsed.count(),
            accounts.len()
        ),
        format!(
            "- num_accounts counts one end of each edge, and tears ids at commas: {} of {} objects",
            miscounted.count(),
            right.len()
        ),
    ]
}
