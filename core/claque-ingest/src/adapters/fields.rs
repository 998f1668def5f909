//! Reading the fields of one record: what cannot be used becomes null and is counted; only a missing id or
//! time rejects the record.

use super::Rejection;
use super::output::Tally;
use crate::normalize::time::{EpochUnit, Instant, epoch, in_range, written};
use crate::normalize::{identity, number, text};
use crate::records::{Locator, Row};
use chrono_tz::Tz;
use std::borrow::Cow;

/// The fields of one record, and where problems are counted.
pub(crate) struct Fields<'r, 'o> {
    pub(crate) row: &'r Row<'r>,
    pub(crate) number: u64,
    pub(crate) decimal_comma: bool,
    pub(crate) tally: &'o mut Tally,
}

impl<'r> Fields<'r, '_> {
    /// The text as it is; none when the column or the cell is not there.
    pub(crate) fn raw(&self, at: Option<&Locator>) -> Option<Cow<'r, str>> {
        self.row.text(at?)
    }

    /// Clean text in which every word is meant; an empty cell is a known absence.
    pub(crate) fn prose(&mut self, at: Option<&Locator>) -> Option<Cow<'r, str>> {
        self.raw(at).map(|cell| self.clean(cell))
    }

    /// Clean text; words for "unknown" are null (q17).
    pub(crate) fn text(&mut self, at: Option<&Locator>) -> Option<Cow<'r, str>> {
        let cell = self.raw(at).filter(|cell| !number::is_unknown(cell.trim()))?;
        Some(self.clean(cell))
    }

    /// A handle without `@` and invisible characters (q28).
    pub(crate) fn handle(&mut self, at: Option<&Locator>) -> Option<String> {
        let written = self.text(at)?;
        let handle: String =
            written.trim().trim_start_matches('@').chars().filter(|c| !text::is_invisible(*c)).collect();
        self.tally.note(
            "handles held invisible characters, which were removed",
            u64::from(written.contains(text::is_invisible)),
        );
        Some(handle).filter(|handle| !handle.is_empty())
    }

    fn clean(&mut self, cell: Cow<'r, str>) -> Cow<'r, str> {
        let (clean, removed) = match cell {
            Cow::Borrowed(cell) => text::clean(cell),
            Cow::Owned(cell) => {
                let (clean, removed) = text::clean(&cell);
                (Cow::Owned(clean.into_owned()), removed)
            }
        };
        self.tally.note("control characters were removed from texts", removed);
        clean
    }

    /// An id; one in scientific notation rejects the record (q3), `.0` behind one goes (q5).
    pub(crate) fn id(&mut self, field: &str, at: Option<&Locator>) -> Result<Option<String>, Rejection> {
        let Some(cell) = self.raw(at) else { return Ok(None) };
        let cell = cell.trim();
        if number::is_unknown(cell) {
            return Ok(None);
        }
        if identity::is_scientific(cell) {
            return Err(Rejection {
                code: "id_scientific",
                field: Some(field.to_owned()),
                value: Some(cell.to_owned()),
                message: "the id is in scientific notation; its last digits are lost",
            });
        }
        let (digits, had_fraction) = identity::without_fraction(cell);
        self.tally.note("ids were written with `.0` behind them", u64::from(had_fraction));
        Ok(Some(identity::native(digits).into_owned()))
    }

    /// A count, 0 or more.
    pub(crate) fn count(&mut self, field: &str, at: Option<&Locator>) -> Option<i64> {
        let cell = self.raw(at)?;
        match number::count(&cell, self.decimal_comma) {
            Ok(count) => count.map(|count| {
                self.tally.note("counts were abbreviated (`1.2K`), so they are rounded", u64::from(count.is_rounded));
                count.value
            }),
            Err(()) => self.unusable("bad_count", field, &cell),
        }
    }

    /// A number between two bounds.
    pub(crate) fn fraction(&mut self, field: &str, at: Option<&Locator>, bound: f64) -> Option<f64> {
        let cell = self.raw(at)?;
        match number::fraction(&cell, self.decimal_comma) {
            Ok(value) if value.is_none_or(|value| value.abs() <= bound) => value,
            _ => self.unusable("bad_number", field, &cell),
        }
    }

    pub(crate) fn truth(&mut self, field: &str, at: Option<&Locator>) -> Option<bool> {
        let cell = self.raw(at)?;
        number::truth(&cell).unwrap_or_else(|()| self.unusable("bad_truth", field, &cell))
    }

    /// A time that may be unknown.
    pub(crate) fn time(&mut self, field: &str, at: Option<&Locator>, clock: Clock) -> Option<Instant> {
        let cell = self.raw(at).filter(|cell| !number::is_unknown(cell.trim()))?;
        clock.read(&cell).or_else(|| self.unusable("bad_time", field, &cell))
    }

    /// A time without which the record says nothing.
    pub(crate) fn required_time(
        &mut self,
        field: &str,
        at: Option<&Locator>,
        clock: Clock,
    ) -> Result<Instant, Rejection> {
        let cell = self.raw(at).filter(|cell| !number::is_unknown(cell.trim()));
        let reject = |code, value, message| Rejection { code, field: Some(field.to_owned()), value, message };
        let Some(cell) = cell else { return Err(reject("no_time", None, "there is no time")) };
        clock.read(&cell).ok_or_else(|| reject("bad_time", Some(cell.into_owned()), "the time cannot be read"))
    }

    fn unusable<T>(&mut self, code: &'static str, field: &str, cell: &str) -> Option<T> {
        self.tally.null(code, field, self.number, cell);
        None
    }
}

/// How the times of one column are read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    /// For texts without a zone.
    pub(crate) zone: Tz,
    /// For numbers; none when numbers are no times here.
    pub(crate) unit: Option<EpochUnit>,
    /// For written times; false where the format has numbers only.
    pub(crate) reads_text: bool,
}

impl Clock {
    fn read(self, cell: &str) -> Option<Instant> {
        let number = self.unit.and_then(|unit| epoch(cell, unit));
        let instant = match number {
            Some((micros, precision)) => Some(Instant { micros, precision, zone_assumed: false }),
            None if self.reads_text => written(cell, self.zone),
            None => None,
        };
        instant.filter(|instant| in_range(instant.micros))
    }
}
