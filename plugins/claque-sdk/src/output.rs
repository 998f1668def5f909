//! The four shapes of output. Whatever is pushed, names and types of the columns are right; whether the
//! values keep the contract (ids that exist, no duplicates, ranges) is checked by the host.

use crate::error::Error;
use crate::produce::{Bits, Column, FieldType, Lists, Texts, Values};
use crate::table::Array;
use claque_abi as abi;
use std::ffi::CStr;

/// A table of one of the shapes: [`Marks`], [`Rates`], [`Statistics`] or [`Traces`].
pub trait Rows: Default + Send + 'static {
    #[doc(hidden)]
    fn into_columns(self) -> Columns;
}

/// The columns behind a table.
#[doc(hidden)]
pub struct Columns(pub(crate) Vec<Column>);

impl Columns {
    pub(crate) fn types(&self) -> Vec<FieldType> {
        self.0.iter().map(|column| (column.name.clone(), column.values.format().to_owned())).collect()
    }
}

/// What `score` returns: a whole table, or one that is made batch by batch ([`Lazy`]).
pub trait Output: 'static {
    #[doc(hidden)]
    type Rows: Rows;
    #[doc(hidden)]
    fn into_source(self) -> Parts;
}

pub(crate) type Source = Box<dyn FnMut() -> Result<Option<Columns>, Error> + Send>;

/// Gives the parts of an output, one after the other.
#[doc(hidden)]
pub struct Parts(pub(crate) Source);

impl<R: Rows> Output for R {
    type Rows = R;

    fn into_source(self) -> Parts {
        let mut whole = Some(self);
        Parts(Box::new(move || Ok(whole.take().map(Rows::into_columns))))
    }
}

/// An output that is made while the host reads it; see [`Table::map`](crate::Table::map).
///
/// ```
/// use claque_sdk::{Call, Error, Lazy, Marks};
///
/// fn score(call: &Call) -> Result<Lazy<Marks>, Error> {
///     Ok(call.table("posts")?.map(|batch| {
///         let mut marks = Marks::new();
///         batch.strings("post_id")?.iter().flatten().for_each(|id| marks.push_noted(id, 1.0, "a post"));
///         Ok(marks)
///     }))
/// }
/// ```
pub struct Lazy<R>(Box<dyn FnMut() -> Result<Option<R>, Error> + Send>);

impl<R: Rows> Lazy<R> {
    /// An output out of parts; `None` ends it. All parts must have the same optional columns.
    pub fn new(next: impl FnMut() -> Result<Option<R>, Error> + Send + 'static) -> Self {
        Self(Box::new(next))
    }
}

impl<R: Rows> Output for Lazy<R> {
    type Rows = R;

    fn into_source(mut self) -> Parts {
        Parts(Box::new(move || Ok(self.0()?.map(Rows::into_columns))))
    }
}

/// A column of ids that goes back as it came; see [`Batch::take`](crate::Batch::take).
pub struct Handed(Values);

impl Handed {
    pub(crate) fn new(array: Array, format: &CStr, schema: &abi::ArrowSchema) -> Option<Self> {
        let is_text = matches!(format.to_bytes(), b"vu" | b"U" | b"u") && schema.dictionary.is_null();
        is_text.then(|| Self(Values::Handed(array, format.to_owned())))
    }
}

/// Ids: pushed one by one, or handed through.
enum Ids {
    Pushed(Texts),
    Handed(Handed),
}

impl Default for Ids {
    fn default() -> Self {
        Self::Pushed(Texts::default())
    }
}

impl Ids {
    /// # Panics
    /// The ids were handed through.
    fn push(&mut self, id: &str) {
        match self {
            Self::Pushed(texts) => texts.push(Some(id)),
            Self::Handed(_) => panic!("rows cannot be added to a table made of a handed column"),
        }
    }

    fn values(self) -> Values {
        match self {
            Self::Pushed(texts) => Values::Texts(texts),
            Self::Handed(handed) => handed.0,
        }
    }
}

fn floats(values: Vec<f64>) -> Values {
    let all = Bits::ones(values.len());
    Values::Floats(values, all)
}

/// `marks`: this post shows it, with a value in 0..1. A post that is left out has value 0.
#[derive(Default)]
pub struct Marks {
    post_id: Ids,
    value: Vec<f64>,
    note: Option<Texts>,
}

impl Marks {
    /// No rows yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Values for a column of ids that goes back as it came, without a copy.
    ///
    /// # Errors
    /// Another number of values than of ids.
    pub fn of(post_id: Handed, value: Vec<f64>) -> Result<Self, Error> {
        let ids = post_id.0.len();
        if ids != value.len() {
            return Err(Error::Runtime(format!("{} values for {ids} posts", value.len())));
        }
        Ok(Self { post_id: Ids::Handed(post_id), value, note: None })
    }

    /// Marks a post.
    pub fn push(&mut self, post_id: &str, value: f64) {
        self.post_id.push(post_id);
        self.value.push(value);
        if let Some(note) = &mut self.note {
            note.push(None);
        }
    }

    /// Marks a post, and says by which rule, claim or list entry.
    pub fn push_noted(&mut self, post_id: &str, value: f64, note: &str) {
        let rows = self.value.len();
        self.post_id.push(post_id);
        self.value.push(value);
        let notes = self.note.get_or_insert_with(|| {
            let mut earlier = Texts::default();
            (0..rows).for_each(|_| earlier.push(None));
            earlier
        });
        notes.push(Some(note));
    }
}

impl Rows for Marks {
    fn into_columns(self) -> Columns {
        let mut columns =
            vec![Column::new(c"post_id", self.post_id.values()), Column::new(c"value", floats(self.value))];
        columns.extend(self.note.map(|note| Column::new(c"note", Values::Texts(note))));
        Columns(columns)
    }
}

/// Posts that a row may name; the host refuses more.
const POSTS_PER_ROW: usize = 1_000;

/// The optional column of supporting posts.
#[derive(Default)]
struct Support(Option<Lists>);

impl Support {
    fn push(&mut self, rows_before: usize, posts: Option<&[impl AsRef<str>]>) {
        if posts.is_some() || self.0.is_some() {
            let lists = self.0.get_or_insert_with(|| {
                let mut earlier = Lists::default();
                (0..rows_before).for_each(|_| earlier.push(None::<[&str; 0]>));
                earlier
            });
            lists.push(posts.map(|posts| posts.iter().take(POSTS_PER_ROW).map(AsRef::as_ref)));
        }
    }

    fn column(self) -> Option<Column> {
        self.0.map(|lists| Column::new(c"post_ids", Values::Lists(lists)))
    }
}

/// `rates`: so many of so many, for exactly those accounts that could have shown it.
///
/// ```
/// let mut rates = claque_sdk::Rates::new();
/// rates.push_with_posts("x:a", 2.0, 5.0, &["x:1", "x:7"]);
/// rates.push("x:b", 0.0, 3.0); // could have shown it and did not: a row, unlike who could not
/// ```
#[derive(Default)]
pub struct Rates {
    account_id: Texts,
    hits: Vec<f64>,
    total: Vec<f64>,
    post_ids: Support,
}

impl Rates {
    /// No rows yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An account with 0 ≤ `hits` ≤ `total`.
    pub fn push(&mut self, account_id: &str, hits: f64, total: f64) {
        self.add(account_id, hits, total, None::<&[&str]>);
    }

    /// The same, with the posts behind the hits: the first 1,000 of them.
    pub fn push_with_posts(&mut self, account_id: &str, hits: f64, total: f64, post_ids: &[impl AsRef<str>]) {
        self.add(account_id, hits, total, Some(post_ids));
    }

    fn add(&mut self, account_id: &str, hits: f64, total: f64, post_ids: Option<&[impl AsRef<str>]>) {
        self.post_ids.push(self.hits.len(), post_ids);
        self.account_id.push(Some(account_id));
        self.hits.push(hits);
        self.total.push(total);
    }
}

impl Rows for Rates {
    fn into_columns(self) -> Columns {
        let mut columns = vec![
            Column::new(c"account_id", Values::Texts(self.account_id)),
            Column::new(c"hits", floats(self.hits)),
            Column::new(c"total", floats(self.total)),
        ];
        columns.extend(self.post_ids.column());
        Columns(columns)
    }
}

/// `statistics`: this group scores so much. A cluster that is left out is missing, never zero.
#[derive(Default)]
pub struct Statistics {
    cluster_id: Texts,
    value: Vec<f64>,
    post_ids: Support,
}

impl Statistics {
    /// No rows yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A cluster and its statistic.
    pub fn push(&mut self, cluster_id: &str, value: f64) {
        self.add(cluster_id, value, None::<&[&str]>);
    }

    /// The same, with the posts behind it: the first 1,000 of them.
    pub fn push_with_posts(&mut self, cluster_id: &str, value: f64, post_ids: &[impl AsRef<str>]) {
        self.add(cluster_id, value, Some(post_ids));
    }

    fn add(&mut self, cluster_id: &str, value: f64, post_ids: Option<&[impl AsRef<str>]>) {
        self.post_ids.push(self.value.len(), post_ids);
        self.cluster_id.push(Some(cluster_id));
        self.value.push(value);
    }
}

impl Rows for Statistics {
    fn into_columns(self) -> Columns {
        let mut columns =
            vec![Column::new(c"cluster_id", Values::Texts(self.cluster_id)), Column::new(c"value", floats(self.value))];
        columns.extend(self.post_ids.column());
        Columns(columns)
    }
}

/// `traces`: this account did this very thing then, in this post.
///
/// ```
/// let mut traces = claque_sdk::Traces::new();
/// traces.push("x:a", "https://one.example/", 1_700_000_000_000_000, "x:1"); // microseconds since 1970, UTC
/// ```
#[derive(Default)]
pub struct Traces {
    account_id: Texts,
    object: Texts,
    at: Vec<i64>,
    post_id: Texts,
}

impl Traces {
    /// No rows yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An action; `at` in microseconds since 1970, UTC.
    pub fn push(&mut self, account_id: &str, object: &str, at: i64, post_id: &str) {
        self.account_id.push(Some(account_id));
        self.object.push(Some(object));
        self.at.push(at);
        self.post_id.push(Some(post_id));
    }
}

impl Rows for Traces {
    fn into_columns(self) -> Columns {
        let all = Bits::ones(self.at.len());
        Columns(vec![
            Column::new(c"account_id", Values::Texts(self.account_id)),
            Column::new(c"object", Values::Texts(self.object)),
            Column::new(c"at", Values::Times(self.at, all)),
            Column::new(c"post_id", Values::Texts(self.post_id)),
        ])
    }
}
