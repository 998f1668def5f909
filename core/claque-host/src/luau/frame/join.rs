//! `join`: rows in the order of the left, then of the right table; null keys match nothing. No cross join.

use super::super::mistake::Mistake;
use super::super::options::Options;
use super::{Frame, names};
use mlua::{Table, UserDataMethods, UserDataRef, Value};
use polars::prelude::{Expr, JoinArgs, JoinType, MaintainOrderJoin, col};

pub(super) fn add<M: UserDataMethods<Frame>>(methods: &mut M) {
    methods.add_method("join", |_, this, (other, options): (UserDataRef<Frame>, Table)| join(this, &other, options));
}

fn join(left: &Frame, right: &Frame, options: Table) -> mlua::Result<Frame> {
    let mut options = Options::of(Some(options));
    let on = options.take::<Value>("on")?;
    let left_on = options.take::<Value>("left_on")?.or_else(|| on.clone());
    let right_on = options.take::<Value>("right_on")?.or(on);
    let how = join_type(options.take::<String>("how")?.as_deref())?;
    let suffix = options.take::<String>("suffix")?;
    options.finish()?;
    let (Some(left_on), Some(right_on)) = (left_on, right_on) else { return Err(Mistake::JoinColumns.into()) };
    let (left_on, right_on) = (names(&left_on)?, names(&right_on)?);
    if left_on.is_empty() || left_on.len() != right_on.len() {
        return Err(Mistake::JoinColumns.into());
    }
    left.know_all(&left_on)?;
    right.know_all(&right_on)?;
    let mut args = JoinArgs::new(how);
    args.maintain_order = MaintainOrderJoin::LeftRight;
    args.suffix = suffix.map(Into::into);
    let columns = |names: Vec<String>| names.iter().map(|n| col(n.as_str())).collect::<Vec<Expr>>();
    let (left_on, right_on) = (columns(left_on), columns(right_on));
    left.with(right, |left, right| Ok(left.join(right, &left_on, &right_on, args.clone())))
}

fn join_type(name: Option<&str>) -> Result<JoinType, Mistake> {
    Ok(match name {
        None | Some("inner") => JoinType::Inner,
        Some("left") => JoinType::Left,
        Some("semi") => JoinType::Semi,
        Some("anti") => JoinType::Anti,
        Some(other) => return Err(Mistake::unknown("join", other, ["inner", "left", "semi", "anti"])),
    })
}
