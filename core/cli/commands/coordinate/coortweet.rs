//! `--method coortweet`: what CooRTweet 2.1.3 computes, with its column names.

use super::{column, internal};
use crate::args;
use crate::diagnosis::Failure;
use claque_coordination::CoordinationError;
use claque_coordination::coortweet::{CoorTweetTable, GroupSettings, coordinated_network, detect_groups};
use claque_ingest::FourColumns;
use claque_model::TimeWindow;
use polars::prelude::{Column, DataFrame, Float64Chunked};

pub(super) fn as_coortweet(
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
        Ok(groups) => coordinated_network(&groups, options.coortweet.edge_weight),
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
        options.coortweet.edge_weight
    );
    Ok((frame, said))
}
