//! What SQL may be: one SELECT over the named table, or one expression. The text is parsed as polars parses it,
//! with the same parser, dialect and options. Names alone are not enough: under the name of a WITH table polars
//! still calls its function of that name, so nothing in FROM may have arguments.

use super::super::mistake::Mistake;
use sqlparser::ast::{
    Expr, JoinConstraint, JoinOperator, ObjectName, Query, Select, SelectItem, SetExpr, Statement, TableFactor,
    TableWithJoins, Visit, Visitor,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::{Parser, ParserError, ParserOptions};
use sqlparser::tokenizer::{Token, Tokenizer};
use std::ops::ControlFlow;

/// Words and signs of one text; parsers and polars walk them recursively.
const LONGEST: usize = 2000;
/// Expressions inside of each other.
const DEEPEST: usize = 100;

const SHALLOW: &str = "no deeper nesting: put a part of it into a column first";
/// Functions that make a long text of a number.
const FILLING: [&str; 2] = ["lpad", "rpad"];

/// One SELECT over that table.
pub(super) fn query(text: &str, table: &str) -> Result<(), Mistake> {
    let statements = parser(text)?.parse_statements().map_err(|e| syntax(&e))?;
    let [statement @ Statement::Query(_)] = statements.as_slice() else {
        return Err(refused("exactly one SELECT"));
    };
    inspect(statement, table)
}

/// One expression.
pub(super) fn expression(text: &str) -> Result<(), Mistake> {
    let mut parser = parser(text)?;
    let item = parser.parse_select_item().map_err(|e| syntax(&e))?;
    match (item, parser.peek_token().token) {
        (SelectItem::UnnamedExpr(expr), Token::EOF) => inspect(&expr, ""),
        _ => Err(refused("exactly one condition, such as n > 3 AND lang = 'en'")),
    }
}

fn parser(text: &str) -> Result<Parser<'static>, Mistake> {
    let tokens = Tokenizer::new(&GenericDialect, text).tokenize().map_err(|e| syntax(&e.into()))?;
    if tokens.iter().filter(|token| !matches!(token, Token::Whitespace(_))).count() > LONGEST {
        return Err(Mistake::Sql(format!("a text of more than {LONGEST} words: put a part of it into a column first")));
    }
    let options = ParserOptions { trailing_commas: true, ..ParserOptions::default() };
    Parser::new(&GenericDialect).with_options(options).try_with_sql(text).map_err(|e| syntax(&e))
}

fn syntax(error: &ParserError) -> Mistake {
    if matches!(error, ParserError::RecursionLimitExceeded) {
        return refused(SHALLOW);
    }
    let text = error.to_string();
    Mistake::Sql(text.strip_prefix("sql parser error: ").unwrap_or(&text).to_owned())
}

fn refused(wanted: &str) -> Mistake {
    Mistake::SqlRefused(wanted.to_owned())
}

fn inspect(text: &impl Visit, table: &str) -> Result<(), Mistake> {
    let mut guard = Guard { tables: vec![table.to_owned()], statements: 0, depth: 0 };
    match text.visit(&mut guard) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(mistake) => Err(mistake),
    }
}

/// What has been seen so far.
struct Guard {
    /// Names that FROM may use: the table and those of WITH.
    tables: Vec<String>,
    statements: usize,
    /// Expressions around what is visited now.
    depth: usize,
}

type Verdict = ControlFlow<Mistake>;

fn require(holds: bool, wanted: &str) -> Verdict {
    if holds { ControlFlow::Continue(()) } else { ControlFlow::Break(refused(wanted)) }
}

impl Visitor for Guard {
    type Break = Mistake;

    fn pre_visit_statement(&mut self, _: &Statement) -> Verdict {
        self.statements += 1;
        require(self.statements == 1, "exactly one SELECT")
    }

    fn pre_visit_query(&mut self, query: &Query) -> Verdict {
        require(self.depth == 0, "no query inside of an expression: put it into WITH and join it")?;
        if let Some(with) = &query.with {
            require(!with.recursive, "no WITH RECURSIVE")?;
            self.tables.extend(with.cte_tables.iter().map(|table| table.alias.name.value.clone()));
        }
        selects(&query.body)
    }

    fn pre_visit_select(&mut self, select: &Select) -> Verdict {
        require(select.into.is_none() && select.lateral_views.is_empty(), "no INTO and no LATERAL")?;
        require(select.from.len() <= 1, "one table in FROM, others by JOIN … ON")?;
        select.from.iter().try_for_each(joins)
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> Verdict {
        match factor {
            TableFactor::Table { args: None, sample: None, version: None, .. }
            | TableFactor::Derived { lateral: false, sample: None, .. } => ControlFlow::Continue(()),
            TableFactor::NestedJoin { table_with_joins, .. } => joins(table_with_joins),
            other => ControlFlow::Break(refused(&format!("only tables in FROM, not `{other}`"))),
        }
    }

    fn pre_visit_relation(&mut self, name: &ObjectName) -> Verdict {
        let known = match name.0.as_slice() {
            [part] => part.as_ident().is_some_and(|ident| self.tables.contains(&ident.value)),
            _ => false,
        };
        require(known, &format!("only the table self and those of WITH in FROM, not `{name}`"))
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> Verdict {
        self.depth += 1;
        if let Expr::Function(function) = expr {
            let name = function.name.to_string().to_lowercase();
            require(!FILLING.contains(&name.as_str()), "no lpad and no rpad: they fill memory")?;
        }
        require(self.depth <= DEEPEST, SHALLOW)
    }

    fn post_visit_expr(&mut self, _: &Expr) -> Verdict {
        self.depth -= 1;
        ControlFlow::Continue(())
    }
}

/// Selects, and what combines them.
fn selects(body: &SetExpr) -> Verdict {
    match body {
        // a query inside is visited by itself
        SetExpr::Select(_) | SetExpr::Query(_) => ControlFlow::Continue(()),
        SetExpr::SetOperation { left, right, .. } => {
            selects(left)?;
            selects(right)
        }
        _ => ControlFlow::Break(refused("exactly one SELECT")),
    }
}

/// Joins on columns: a cross join of a table with itself is its square.
fn joins(table: &TableWithJoins) -> Verdict {
    use JoinOperator as Join;
    table.joins.iter().try_for_each(|join| {
        let constraint = match &join.join_operator {
            Join::Join(c)
            | Join::Inner(c)
            | Join::Left(c)
            | Join::LeftOuter(c)
            | Join::Right(c)
            | Join::RightOuter(c)
            | Join::FullOuter(c)
            | Join::Semi(c)
            | Join::LeftSemi(c)
            | Join::RightSemi(c)
            | Join::Anti(c)
            | Join::LeftAnti(c)
            | Join::RightAnti(c) => Some(c),
            _ => None,
        };
        require(
            matches!(constraint, Some(JoinConstraint::On(_) | JoinConstraint::Using(_))),
            "joins with ON or USING: no cross joins",
        )
    })
}
