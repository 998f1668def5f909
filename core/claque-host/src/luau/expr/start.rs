//! The globals that start an expression: `col lit count when coalesce concat_str id duration`.

use super::super::mistake::Mistake;
use super::{Id, LuauExpr, Node, Origins, Span, operand, wide};
use mlua::{Lua, MetaMethod, UserData, UserDataFields, UserDataMethods, Value, Variadic};
use polars::prelude::{DataType, Expr, coalesce, col, concat_str, len, when};

/// Conditions and values of one `when`.
const MOST_BRANCHES: usize = 200;

/// Puts the globals into a VM that is not yet frozen.
pub(in super::super) fn install(lua: &Lua) -> mlua::Result<()> {
    lua.set_app_data(Origins::default());
    let globals = lua.globals();
    globals.set("col", lua.create_function(|lua, name: String| LuauExpr::finish(lua, Node::leaf(column(&name)?)))?)?;
    globals.set("lit", lua.create_function(|lua, value: Value| LuauExpr::finish(lua, operand(&value)?))?)?;
    globals.set("count", lua.create_function(|lua, ()| LuauExpr::finish(lua, Node::leaf(wide(len()))))?)?;
    globals.set("id", lua.create_function(|_, digits: String| Ok(Id(digits)))?)?;
    globals.set("duration", lua.create_function(|_, span: Span| Ok(span))?)?;
    globals.set(
        "coalesce",
        lua.create_function(|lua, values: Variadic<Value>| {
            let parts = values.iter().map(operand).collect::<mlua::Result<_>>()?;
            LuauExpr::finish(lua, Node::fold(parts, |parts| coalesce(&parts)))
        })?,
    )?;
    globals.set(
        "concat_str",
        lua.create_function(|lua, (parts, separator): (Vec<Value>, Option<String>)| {
            let parts = parts.iter().map(text_part).collect::<mlua::Result<_>>()?;
            let separator = separator.unwrap_or_default();
            LuauExpr::finish(lua, Node::fold(parts, |parts| concat_str(parts, &separator, false)))
        })?,
    )?;
    globals.set("when", lua.create_function(|_, condition: Value| When::first(&condition))?)
}

/// A column by its one exact name: polars would read `*` and `^…$` as selectors.
pub(in super::super) fn column(name: &str) -> Result<Expr, Mistake> {
    if name == "*" || (name.starts_with('^') && name.ends_with('$')) {
        return Err(Mistake::Selector(name.to_owned()));
    }
    Ok(col(name))
}

/// A part of `concat_str`: a string names a column there.
fn text_part(value: &Value) -> mlua::Result<Node> {
    let node = match value {
        Value::String(name) => Node::leaf(column(&name.to_str()?)?),
        other => operand(other)?,
    };
    Ok(node.map(|e| e.cast(DataType::String)))
}

/// `when(c)`: waits for its value.
#[derive(Clone)]
struct When {
    earlier: Vec<Node>,
    condition: Node,
}

impl When {
    fn first(condition: &Value) -> mlua::Result<Self> {
        Self::after(Vec::new(), condition)
    }

    fn after(earlier: Vec<Node>, condition: &Value) -> mlua::Result<Self> {
        if let Value::Boolean(value) = *condition {
            return Err(Mistake::PlainBoolean { verb: "when", value }.into());
        }
        if earlier.len() >= MOST_BRANCHES {
            return Err(Mistake::TooLarge.into());
        }
        Ok(Self { earlier, condition: operand(condition)? })
    }
}

impl UserData for When {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        fields.add_meta_field(MetaMethod::Type, "When");
    }

    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method("then_", |_, this, value: Value| {
            let mut branches = this.earlier.clone();
            branches.extend([this.condition.clone(), operand(&value)?]);
            Ok(Then { branches })
        });
    }
}

/// `when(c):then_(v)`: conditions and values by turns; waits for another condition or the last value.
#[derive(Clone)]
struct Then {
    branches: Vec<Node>,
}

impl UserData for Then {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        fields.add_meta_field(MetaMethod::Type, "Then");
    }

    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method("when", |_, this, condition: Value| When::after(this.branches.clone(), &condition));
        methods.add_method("otherwise", |lua, this, value: Value| {
            let last = operand(&value)?;
            let node = this.branches.chunks_exact(2).rev().fold(last, |otherwise, branch| {
                Node::fold(vec![branch[0].clone(), branch[1].clone(), otherwise], |parts| {
                    let [condition, value, otherwise] = <[Expr; 3]>::try_from(parts).expect("three were given");
                    when(condition).then(value).otherwise(otherwise)
                })
            });
            LuauExpr::finish(lua, node)
        });
    }
}
