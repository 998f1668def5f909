//! Small invented worlds for the tests of this crate.

use crate::group::Group;
use crate::population::Population;
use claque_model::{
    Confirmation, ConfirmedLayer, Declaration, Dimension, Direction, Disarm, EffectFloor, PairEvidence, Shape,
};
use polars::prelude::{Column, DataFrame, NamedFrom, Series, TimeUnit};

/// 2024-06-15T00:00:00Z.
pub(crate) const JUNE: i64 = 1_718_409_600_000_000;
/// 2024-07-15T00:00:00Z.
pub(crate) const JULY: i64 = 1_721_001_600_000_000;

/// One row of `posts`.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    pub(crate) id: String,
    pub(crate) account: Option<String>,
    pub(crate) kind: &'static str,
    pub(crate) embedded: bool,
    pub(crate) lang: Option<&'static str>,
    pub(crate) at: Option<i64>,
}

/// A post in June in the language `en`.
pub(crate) fn post(id: impl Into<String>, account: impl Into<String>) -> Post {
    let (id, account) = (id.into(), Some(account.into()));
    Post { id, account, kind: "post", embedded: false, lang: Some("en"), at: Some(JUNE) }
}

pub(crate) fn posts(rows: &[Post]) -> DataFrame {
    let text = |name: &str, values: Vec<Option<&str>>| Column::from(Series::new(name.into(), values));
    let at = Series::new("created_at".into(), rows.iter().map(|r| r.at).collect::<Vec<_>>());
    let at = at.i64().expect("integers").clone().into_datetime(TimeUnit::Microseconds, None);
    let embedded = Series::new("embedded".into(), rows.iter().map(|r| r.embedded).collect::<Vec<_>>());
    let columns = vec![
        text("post_id", rows.iter().map(|r| Some(r.id.as_str())).collect()),
        text("platform", rows.iter().map(|_| Some("x")).collect()),
        text("account_id", rows.iter().map(|r| r.account.as_deref()).collect()),
        text("kind", rows.iter().map(|r| Some(r.kind)).collect()),
        embedded.into(),
        text("lang", rows.iter().map(|r| r.lang).collect()),
        Column::from(polars::prelude::IntoSeries::into_series(at)),
    ];
    DataFrame::new(rows.len(), columns).expect("columns of one length")
}

/// `n` accounts `x:0000` … with `each` posts `x:0000/0` …, all alike.
pub(crate) fn crowd(n: usize, each: usize) -> Vec<Post> {
    let one = |a: usize| (0..each).map(move |p| post(format!("x:{a:04}/{p}"), format!("x:{a:04}")));
    (0..n).flat_map(one).collect()
}

pub(crate) fn population(rows: &[Post]) -> Population {
    Population::from_posts(&posts(rows)).expect("a population")
}

/// A group of accounts of a [`crowd`].
pub(crate) fn group(id: &str, members: impl IntoIterator<Item = usize>) -> Group {
    Group { id: id.to_owned(), accounts: members.into_iter().map(|a| format!("x:{a:04}")).collect() }
}

pub(crate) fn declaration(id: &str, dimension: Dimension, family: &str, emits: Shape, cap: f64) -> Declaration {
    Declaration {
        id: id.to_owned(),
        version: "1.0.0".to_owned(),
        api: "1".to_owned(),
        title: id.to_owned(),
        doc: String::new(),
        cite: None,
        license: None,
        dimension,
        also: Vec::new(),
        family: family.to_owned(),
        emits,
        layer: None,
        requires: Vec::new(),
        params: Vec::new(),
        cap,
        effect_floor: EffectFloor::Ratio(1.5),
        direction: Direction::Higher,
        innocent: vec!["Friends talk.".to_owned()],
        disarm: Disarm::default(),
    }
}

pub(crate) fn marks(rows: &[(&str, f64, Option<&str>)]) -> DataFrame {
    let columns = vec![
        Series::new("post_id".into(), rows.iter().map(|r| r.0).collect::<Vec<_>>()).into(),
        Series::new("value".into(), rows.iter().map(|r| r.1).collect::<Vec<_>>()).into(),
        Series::new("note".into(), rows.iter().map(|r| r.2).collect::<Vec<_>>()).into(),
    ];
    DataFrame::new(rows.len(), columns).expect("columns of one length")
}

pub(crate) fn rates(rows: &[(&str, f64, f64, &[&str])]) -> DataFrame {
    let lists: Vec<Series> = rows.iter().map(|r| Series::new("".into(), r.3)).collect();
    let columns = vec![
        Series::new("account_id".into(), rows.iter().map(|r| r.0).collect::<Vec<_>>()).into(),
        Series::new("hits".into(), rows.iter().map(|r| r.1).collect::<Vec<_>>()).into(),
        Series::new("total".into(), rows.iter().map(|r| r.2).collect::<Vec<_>>()).into(),
        Series::new("post_ids".into(), lists).into(),
    ];
    DataFrame::new(rows.len(), columns).expect("columns of one length")
}

pub(crate) fn values(rows: &[(String, f64)]) -> DataFrame {
    let columns = vec![
        Series::new("cluster_id".into(), rows.iter().map(|r| r.0.as_str()).collect::<Vec<_>>()).into(),
        Series::new("value".into(), rows.iter().map(|r| r.1).collect::<Vec<_>>()).into(),
    ];
    DataFrame::new(rows.len(), columns).expect("columns of one length")
}

/// A confirmation with these layers and e-values, the same for every pair of `n` accounts.
pub(crate) fn confirmation(n_objects: u32, n: u32, layers: &[(&str, f64)]) -> Confirmation {
    let layer = |(name, e): &(&str, f64)| ConfirmedLayer {
        layer: (*name).to_owned(),
        e: *e,
        observed: 12.0,
        expected: 0.5,
        best_pair_objects: 2,
        e_by_pair: (0..n)
            .flat_map(|i| (i + 1..n).map(move |j| PairEvidence { i, j, e: *e, days: Vec::new() }))
            .collect(),
        windows: 2,
        n_posts: 2,
        posts: vec![1, 0],
        objects: vec!["https://tide.example/a".to_owned()],
    };
    Confirmation { n_objects, n_accounts: n, layers: layers.iter().map(layer).collect() }
}

/// Runs `work` with that many threads.
pub(crate) fn with_threads<T: Send>(n: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(n).build().expect("a pool of threads").install(work)
}
