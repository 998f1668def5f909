//! `dt_…`: times.

use super::super::verb::{Group, Kind, one, words};
use super::{LuauExpr, Span, verb, wide};
use polars::prelude::{TimeUnit, TimeZone, lit};

#[derive(Clone, Copy)]
enum Unit {
    Seconds,
    Millis,
    Micros,
}

const UNITS: [(&str, Unit); 3] = [("s", Unit::Seconds), ("ms", Unit::Millis), ("us", Unit::Micros)];

pub(super) static GROUP: Group<LuauExpr> = Group {
    title: "Times",
    doc: "In UTC, unless dt_to_zone stands before.",
    methods: &[
        verb("dt_truncate", &[one("every", Kind::Span)], "the start of the window it falls into", |e, given| {
            let every: Span = given.take()?;
            let every = every.window()?.to_string();
            e.map(given, |e| e.dt().truncate(lit(every)))
        })
        .example(
            r#"col("at"):dt_truncate("1h")"#,
            "datetime: 2024-06-03T09:00:00Z / 2024-06-03T23:00:00Z / null / 2024-06-09T10:00:00Z",
        ),
        verb("dt_hour", &[], "the hour of the day, 0 to 23", |e, given| e.map(given, |e| wide(e.dt().hour())))
            .example(r#"col("at"):dt_hour()"#, "int: 9 / 23 / null / 10"),
        verb("dt_weekday", &[], "the day of the week, Monday = 1", |e, given| e.map(given, |e| wide(e.dt().weekday())))
            .example(r#"col("at"):dt_weekday()"#, "int: 1 / 1 / null / 7"),
        verb("dt_date", &[], "the day", |e, given| e.map(given, |e| e.dt().date()))
            .example(r#"col("at"):dt_date()"#, "date: 2024-06-03 / 2024-06-03 / null / 2024-06-09"),
        verb(
            "dt_epoch",
            &[one("unit", Kind::Word(&words(&UNITS)))],
            "seconds, milli- or microseconds since 1970, rounded down",
            |e, given| {
                let unit = given.word(&UNITS)?.unwrap_or(Unit::Micros);
                e.map(given, |e| match unit {
                    Unit::Seconds => e.dt().timestamp(TimeUnit::Microseconds).floor_div(lit(1_000_000_i64)),
                    Unit::Millis => e.dt().timestamp(TimeUnit::Milliseconds),
                    Unit::Micros => e.dt().timestamp(TimeUnit::Microseconds),
                })
            },
        )
        .example(r#"col("at"):dt_epoch("s")"#, "int: 1717405200 / 1717459199 / null / 1717929000"),
        verb(
            "dt_to_zone",
            &[one("zone", Kind::Text)],
            "the same moment on the clocks of a time zone, for the hour, weekday or date there",
            |e, given| {
                let zone: String = given.take()?;
                let zone = TimeZone::opt_try_new(Some(zone)).map_err(super::Mistake::from)?.unwrap_or(TimeZone::UTC);
                e.map(given, |e| e.dt().convert_time_zone(zone))
            },
        )
        .example(r#"col("at"):dt_to_zone("Europe/Tallinn"):dt_hour()"#, "int: 12 / 2 / null / 13"),
    ],
};
