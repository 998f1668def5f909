//! `group_by` and `group_by_time`, which wait for their aggregates. Groups come in the order of their first
//! rows, windows in the order of time.

use super::super::expr::Span;
use super::super::mistake::Mistake;
use super::super::verb::{self, Arguments, Group, Kind, Method, Scripted, one, optional, rest};
use super::{FRAME, Frame, names};
use mlua::{UserData, UserDataFields, UserDataMethods, Value};
use polars::prelude::{
    ClosedWindow, DataType, Duration, DynamicGroupOptions, Expr, Label, SortMultipleOptions, StartBy, col, lit,
};

const GROUP_BY: Kind = Kind::Object("GroupBy");

pub(super) static GROUP: Group<Frame> = Group {
    title: "Groups",
    doc: "",
    methods: &[
        Method::new(
            "group_by",
            &[rest("names", Kind::Column)],
            GROUP_BY,
            "rows that agree in these columns; groups come in the order of their first rows",
            |frame: &Frame, given| {
                let names: Vec<String> = given.rest()?;
                frame.know_all(&names)?;
                let keys = names.iter().map(|n| col(n.as_str())).collect();
                given.give(GroupBy { frame: frame.clone(), keys, windows: None })
            },
        )
        .example(
            r#"posts:group_by("lang"):agg(count():alias("posts"), col("n"):sum())"#,
            "lang, posts, n: en, 2, 4 / de, 1, -7 / null, 1, 4",
        ),
        Method::new(
            "group_by_time",
            &[
                one("column", Kind::Column),
                one(
                    "options",
                    Kind::Options(&[
                        one("every", Kind::Span),
                        optional("period", Kind::Span),
                        optional("by", Kind::Columns),
                    ]),
                ),
            ],
            GROUP_BY,
            "windows over a time column: one at each multiple of every, from that of the first row on, as long as \
             period (every by default), for each group of by, in their order; rows without a time are left out, empty \
             windows too; the column becomes the start",
            by_time,
        )
        .example(
            r#"posts:group_by_time("at", { every = "1d" }):agg(count():alias("posts"))"#,
            "at, posts: 2024-06-03T00:00:00Z, 2 / 2024-06-09T00:00:00Z, 1",
        ),
    ],
};

fn by_time(frame: &Frame, given: &mut Arguments) -> mlua::Result<Value> {
    let column: String = given.take()?;
    let options = given.options()?;
    let every = options.take::<Span>("every")?.unwrap_or(Span(0));
    let period = options.take::<Span>("period")?.unwrap_or(every);
    let by = options.take::<Value>("by")?.map(|by| names(&by)).transpose()?.unwrap_or_default();
    frame.know(&column)?;
    frame.know_all(&by)?;
    let dtype = frame.schema().get(&column).cloned().unwrap_or(DataType::Null);
    if !matches!(dtype, DataType::Datetime(..) | DataType::Date) {
        let found = format!("`{column}` of type {}", super::super::expr::name_of_type(&dtype));
        return Err(Mistake::Expected { expected: "a time column", found }.into());
    }
    let windows = DynamicGroupOptions {
        index_column: column.as_str().into(),
        every: every.window()?,
        period: period.window()?,
        offset: Duration::parse("0us"),
        label: Label::Left,
        include_boundaries: false,
        closed_window: ClosedWindow::Left,
        start_by: StartBy::WindowBound,
    };
    let keys = by.iter().map(|n| col(n.as_str())).collect();
    given.give(GroupBy { frame: frame.clone(), keys, windows: Some(windows) })
}

/// A frame in groups, which waits for its aggregates.
pub(in super::super) struct GroupBy {
    frame: Frame,
    keys: Vec<Expr>,
    windows: Option<DynamicGroupOptions>,
}

impl Scripted for GroupBy {
    const NAME: &'static str = "GroupBy";
    const DOC: &'static str = "A frame in groups, which waits for its aggregates.";
    const GROUPS: &'static [&'static Group<Self>] = &[&Group {
        title: "",
        doc: "",
        methods: &[Method::new(
            "agg",
            &[rest("aggregates", Kind::Selection)],
            FRAME,
            "one row per group: its keys, and these aggregates",
            |groups: &Self, given| {
                let exprs = groups.frame.expressions(&given.rest::<Value>()?)?;
                given.give(groups.aggregate(&exprs)?)
            },
        )
        .example(
            r#"posts:group_by("lang"):agg(col("n"):max():alias("most"), col("post_id"):list():alias("ids"))"#,
            "lang, most, ids: en, 3, [a, c] / de, -7, [b] / null, 4, [d]",
        )],
    }];
}

impl GroupBy {
    fn aggregate(&self, exprs: &[Expr]) -> mlua::Result<Frame> {
        let Some(windows) = &self.windows else {
            return self.frame.then(|plan| plan.group_by_stable(&self.keys).agg(exprs));
        };
        let time = col(windows.index_column.clone());
        let order = SortMultipleOptions::default().with_maintain_order(true);
        // polars wants each group in order of time, and gives the groups in an order of its own
        let by: Vec<Expr> = self.keys.iter().cloned().chain([time.clone()]).collect();
        let starts = self.starts(windows);
        self.frame.then(|plan| {
            let sorted = plan.filter(time.clone().is_not_null()).sort_by_exprs([time.clone()], order.clone());
            let grouped = match starts.clone() {
                Some(start) => sorted.group_by_stable(self.keys.iter().cloned().chain([start]).collect::<Vec<_>>()),
                None => sorted.group_by_dynamic(time.clone(), &self.keys, windows.clone()),
            };
            grouped.agg(exprs).sort_by_exprs(&by, order.clone())
        })
    }

    /// The start of each row's window, where each row is in one. That needs no time for windows without rows.
    fn starts(&self, windows: &DynamicGroupOptions) -> Option<Expr> {
        let time = &windows.index_column;
        let is_datetime = matches!(self.frame.schema().get(time), Some(DataType::Datetime(..)));
        let every = lit(format!("{}us", windows.every.duration_us()));
        (is_datetime && windows.period == windows.every).then(|| col(time.clone()).dt().truncate(every))
    }
}

impl UserData for GroupBy {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        verb::register_fields(fields);
    }

    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        verb::register(methods);
    }
}
