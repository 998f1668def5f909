//! Scripts made from bytes: the same bytes give the same script, and a small change of the bytes a small change
//! of the script, so that a fuzzer can steer. Mostly well-typed calls of the API, now and then a wrong value;
//! between them Luau that tries to run long, to grow, or to leave a coroutine in an odd state.

use claque_host::{Argument, Kind, Need, Verb};
use std::fmt::Write;

/// A verb, and the type whose method it is; a function has none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Callable {
    pub(crate) owner: Option<&'static str>,
    pub(crate) verb: &'static Verb,
}

const COLUMNS: [&str; 8] = ["post_id", "n_like", "lang", "text", "lat", "created_at", "embedded", "nowhere"];
const NUMBERS: [&str; 14] =
    ["0", "1", "2", "3", "-1", "0.5", "10", "100", "1e9", "-1e300", "0/0", "math.huge", "2^31", "2^53"];
const TEXTS: [&str; 18] = [
    "",
    "a",
    "en",
    "x:1",
    "post_id",
    "%a+",
    "(a|b)*",
    "\\\\w+",
    "[",
    "\\0",
    "\\255\\254",
    "ä",
    "1d",
    "60s",
    "NFC",
    "2024-06-01T10:00:00Z",
    "https://example.org/a?b=c#d",
    "a.b@c.example",
];
const SQL: [&str; 10] = [
    "n_like > 1",
    "lang = 'en' or text like '%a%'",
    "length(text) > 2 and created_at is not null",
    "n_like + lat",
    "sum(n_like) > 2",
    "lang in ('en', null)",
    "case when lat > 0 then n_like else -n_like end < 3",
    "n_like in (select n_like from self)",
    "(((",
    "date_part('hour', created_at) between 1 and 7",
];
const QUERIES: [&str; 6] = [
    "select * from self",
    "select lang, count(*) as n, sum(n_like) as s from self group by lang order by n desc limit 3",
    "select post_id, row_number() over (partition by lang order by n_like) as r from self",
    "select a.post_id from self a join self b on a.lang = b.lang",
    "with x as (select n_like from self where n_like > 0) select avg(n_like) as m from x",
    "select distinct lang from self union all select text from self",
];
const WRONG: [&str; 16] = [
    "nil",
    "true",
    "{}",
    "{1, nil, 3}",
    "{a = {b = {}}}",
    "function() end",
    "function() error('inside') end",
    "setmetatable({}, {__index = error, __tostring = function() return 1 end})",
    "coroutine.create(function() end)",
    "col",
    "f0",
    "ctx",
    "buffer.create(8)",
    "vector.create(1, 2, 3)",
    "string.rep('x', 1000)",
    "ctx.params",
];
/// Luau that does not end by itself, or not soon. Each of them takes as long as a script may.
const ENDLESS: [&str; 6] = [
    "local t = {} while true do t[#t + 1] = t end",
    "while true do pcall(function() while true do end end) end",
    "string.find(string.rep('a', 25), string.rep('a?', 25) .. string.rep('a', 25))",
    "table.move({}, 1, 1e9, 2)",
    "string.find(string.rep('a', 1e6), string.rep('a', 5e5) .. 'b', 1, true)",
    "while true do coroutine.wrap(function() coroutine.yield(%) end)() end",
];
/// Luau around the API; `$` is a frame, `%` an expression.
const LUAU: [&str; 15] = [
    "local t = {} for i = 1, 1e4 do t[i] = i .. 'x' end table.sort(t)",
    "local s = 'x' for i = 1, 40 do s = s .. s end",
    "local function f() return f() + 1 end f()",
    "local co = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(%) end return $ end) co() co() f1 = co()",
    "local co = coroutine.create(function() error(%) end) coroutine.resume(co) coroutine.resume(co) coroutine.close(co)",
    "error(setmetatable({}, { __tostring = function() return nil end }))",
    "xpcall(function() error($) end, function(e) error(e) end)",
    "string.gsub(string.rep('a', 1e4), '.', function(c) return c .. tostring(%) end)",
    "table.sort({3, 1, 2}, function(a, b) return % end)",
    "for k, v in pairs(ctx.params) do print(k, v) end",
    "for i = 1, 50 do f1 = f1:head(i) end",
    "for i = 1, 5 do e0 = e0 + % end",
    "rawset(f0, 'x', 1)",
    "print(%, $, ctx)",
    "ctx:progress(0/0, string.rep('x', 1e5)) ctx:log('info', tostring($))",
];

/// Choices taken from bytes; when they run out, always the first.
struct Choices<'a>(&'a [u8]);

impl Choices<'_> {
    fn below(&mut self, n: usize) -> usize {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(*first) % n.max(1)
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// A script with one signal that emits marks; it needs the tables of [`COLUMNS`].
pub(crate) fn script(bytes: &[u8], verbs: &[Callable]) -> String {
    let mut writer = Writer { choices: Choices(bytes), verbs };
    let mut body = String::new();
    let statements = 2 + writer.choices.below(10);
    for _ in 0..statements {
        let statement = writer.statement();
        writeln!(body, "\t\ttry(function() {statement} end)").expect("a String takes everything");
    }
    let result = writer.result();
    format!(
        "local function try(f)\n\tlocal ok, e = pcall(f)\n\tif not ok then print(tostring(e)) end\nend\n\
         return plugin({{\n\tid = \"dis.random\", version = \"1.0.0\", api = \"1\", title = \"Random\", doc = \"Random.\",\n\
         \tdimension = \"disinformation\", family = \"random\", emits = \"marks\", innocent = {{ \"It is random.\" }},\n\
         \trequires = {{ posts = {{ post_id = \"id\", n_like = \"int\", lang = \"string?\", text = \"string?\", \
         lat = \"float?\", created_at = \"datetime?\", embedded = \"bool?\" }} }},\n\
         \tscore = function(ctx)\n\t\tlocal f0 = ctx:table(\"posts\")\n\t\tlocal f1, f2, e0, e1 = f0, f0:head(3), col(\"n_like\"), lit(1)\n\
         {body}\t\treturn {result}\n\tend,\n}})\n"
    )
}

struct Writer<'a> {
    choices: Choices<'a>,
    verbs: &'a [Callable],
}

impl Writer<'_> {
    fn statement(&mut self) -> String {
        match self.choices.below(12) {
            0..=3 => format!("f{} = {}", 1 + self.choices.below(2), self.made("Frame", 3)),
            4 => format!("e{} = {}", self.choices.below(2), self.made("Expr", 4)),
            5 => format!("f1 = f1:with_columns(({}):alias(\"{}\"))", self.made("Expr", 3), self.choices.pick(&COLUMNS)),
            6 => format!("f2 = f0:filter({}):collect() print(f2:height())", self.made("Expr", 3)),
            7 => format!("f1 = f1:collect() print(f1:at(\"{}\", 1))", self.choices.pick(&COLUMNS)),
            8 => {
                let called = self.choices.pick(self.verbs);
                format!("local x = {} print(x)", self.call(called, 2))
            }
            _ => {
                let text = if self.choices.one_in(12) { self.choices.pick(&ENDLESS) } else { self.choices.pick(&LUAU) };
                let (expr, frame) = (self.made("Expr", 1), self.made("Frame", 1));
                text.replace('%', &expr).replace('$', &frame)
            }
        }
    }

    fn result(&mut self) -> String {
        match self.choices.below(4) {
            0 => "f1:select(\"post_id\", lit(1):alias(\"value\"))".to_owned(),
            1 => format!("f1:select(col(\"post_id\"), ({}):alias(\"value\"))", self.made("Expr", 3)),
            2 => format!("f0:select(\"post_id\", ({}):alias(\"value\"))", self.made("Expr", 3)),
            _ => self.made("Frame", 2),
        }
    }

    /// An expression of Luau that gives a value of an API type.
    fn made(&mut self, kind: &str, depth: usize) -> String {
        let gives = |called: &Callable| matches!(called.verb.gives, Kind::Object(name) if name == kind);
        let ways: Vec<Callable> = self.verbs.iter().copied().filter(gives).collect();
        if depth == 0 || ways.is_empty() || self.choices.one_in(3) {
            return self.leaf(kind);
        }
        let way = self.choices.pick(&ways);
        self.call(way, depth - 1)
    }

    fn leaf(&mut self, kind: &str) -> String {
        match kind {
            "Frame" => format!("f{}", self.choices.below(3)),
            "Expr" if self.choices.one_in(4) => format!("e{}", self.choices.below(2)),
            "Expr" => format!("col(\"{}\")", self.choices.pick(&COLUMNS)),
            "GroupBy" => format!("f0:group_by(\"{}\")", self.choices.pick(&COLUMNS)),
            "When" => "when(col(\"n_like\"):gt(1))".to_owned(),
            "Then" => "when(col(\"n_like\"):gt(1)):then_(1)".to_owned(),
            "Duration" => "duration(\"60s\")".to_owned(),
            "Id" => "id(\"1767225600123456789\")".to_owned(),
            "Context" => "ctx".to_owned(),
            "Datetime" => "datetime(\"2024-06-09\")".to_owned(),
            "Graph" => "graph.from_edges(f0, { from = \"post_id\", to = \"lang\", weight = \"n_like\" })".to_owned(),
            _ => format!("({})", self.choices.pick(&WRONG)),
        }
    }

    fn call(&mut self, Callable { owner, verb }: Callable, depth: usize) -> String {
        let given = self.arguments(verb.takes, depth).join(", ");
        let Some(owner) = owner else { return format!("{}({given})", verb.name) };
        let receiver = self.made(owner, depth);
        match infix(verb.name) {
            Some("unary") => format!("(-{receiver})"),
            Some(operator) => format!("({receiver} {operator} {})", if given.is_empty() { "1" } else { &given }),
            None if verb.name.starts_with("__") => format!("tostring({receiver})"),
            None => format!("{receiver}:{}({given})", verb.name),
        }
    }

    fn arguments(&mut self, takes: &[Argument], depth: usize) -> Vec<String> {
        let mut given = Vec::new();
        for taken in takes {
            if taken.need == Need::Optional && self.choices.one_in(2) {
                break;
            }
            let times = if taken.need == Need::Rest { 1 + self.choices.below(3) } else { 1 };
            for _ in 0..times {
                let is_wrong = self.choices.one_in(24);
                given.push(if is_wrong { self.wrong() } else { self.value(taken.kind, depth) });
            }
        }
        given
    }

    fn wrong(&mut self) -> String {
        self.choices.pick(&WRONG).to_owned()
    }

    fn value(&mut self, kind: Kind, depth: usize) -> String {
        match kind {
            Kind::Object(name) => self.made(name, depth),
            Kind::Condition => self.made("Expr", depth),
            Kind::Operand | Kind::Predicate | Kind::Selection if self.choices.one_in(2) => self.made("Expr", depth),
            Kind::Operand | Kind::Literal => self.literal(),
            Kind::Predicate => format!("\"{}\"", self.choices.pick(&SQL)),
            Kind::Column | Kind::Selection => self.column(),
            Kind::Columns if self.choices.one_in(2) => self.column(),
            Kind::Columns => self.list(Kind::Column, depth),
            Kind::Text => self.text(),
            Kind::Number | Kind::Whole | Kind::Count => self.choices.pick(&NUMBERS).to_owned(),
            Kind::Truth => self.choices.pick(&["true", "false"]).to_owned(),
            Kind::Span => self.choices.pick(&["\"60s\"", "\"1d\"", "duration(\"1h\")", "\"1mo\""]).to_owned(),
            Kind::Word(words) => format!("\"{}\"", self.choices.pick(words)),
            Kind::List(item) => self.list(*item, depth),
            Kind::Options(options) => self.options(options, depth),
            Kind::Table(_) => self.table(depth),
            Kind::Function(_) => format!("function(a, b, ...) return {} end", self.returned()),
            Kind::Luau(_) | Kind::Nothing => self.wrong(),
        }
    }

    fn column(&mut self) -> String {
        format!("\"{}\"", self.choices.pick(&COLUMNS))
    }

    fn text(&mut self) -> String {
        match self.choices.below(8) {
            0..=3 => self.column(),
            4 => format!("\"{}\"", self.choices.pick(&QUERIES)),
            _ => format!("\"{}\"", self.choices.pick(&TEXTS)),
        }
    }

    fn literal(&mut self) -> String {
        match self.choices.below(5) {
            0 => self.choices.pick(&NUMBERS).to_owned(),
            1 => format!("\"{}\"", self.choices.pick(&TEXTS)),
            2 => self.choices.pick(&["true", "false"]).to_owned(),
            3 => self.choices.pick(&["duration(\"60s\")", "datetime(\"2024-06-09\")"]).to_owned(),
            _ => "id(\"1767225600123456789\")".to_owned(),
        }
    }

    fn list(&mut self, item: Kind, depth: usize) -> String {
        let values: Vec<String> = (0..self.choices.below(4)).map(|_| self.value(item, depth)).collect();
        format!("{{ {} }}", values.join(", "))
    }

    fn options(&mut self, options: &[Argument], depth: usize) -> String {
        let mut given = Vec::new();
        for option in options {
            if option.need != Need::Optional || self.choices.one_in(3) {
                given.push(format!("{} = {}", option.name, self.value(option.kind, depth)));
            }
        }
        format!("{{ {} }}", given.join(", "))
    }

    /// A table from names to names, types or whatever else.
    fn table(&mut self, depth: usize) -> String {
        let value = match self.choices.below(4) {
            0 => self.wrong(),
            1 => self
                .choices
                .pick(&["\"int\"", "\"float\"", "\"string\"", "\"bool\"", "\"datetime\"", "\"id\""])
                .to_owned(),
            2 => self.made("Expr", depth.min(1)),
            _ => self.column(),
        };
        format!("{{ {} = {value} }}", self.choices.pick(&COLUMNS))
    }

    /// What a function gives back that the API calls: for rows, for columns, or nonsense.
    fn returned(&mut self) -> String {
        match self.choices.below(6) {
            0 => self.made("Expr", 1),
            1 => self.wrong(),
            2 => "{ value = buffer.create(64) }".to_owned(),
            3 => "1, 2".to_owned(),
            4 => "tostring(a) .. tostring(b)".to_owned(),
            _ => "a".to_owned(),
        }
    }
}

fn infix(name: &str) -> Option<&'static str> {
    Some(match name {
        "__add" => "+",
        "__sub" => "-",
        "__mul" => "*",
        "__div" => "/",
        "__idiv" => "//",
        "__mod" => "%",
        "__pow" => "^",
        "__concat" => "..",
        "__unm" => "unary",
        _ => return None,
    })
}
