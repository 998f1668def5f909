---@meta
-- Claque script API 1: types for editors with LuaLS.
-- Generated from the verb table of claque-host, which a test compares: do not edit.

---@alias Literal number|string|boolean|Duration|Datetime|Id
---@alias Operand Expr|Literal
---@alias Column { data: buffer, width: number, valid: buffer?, values: string[]? }
---@alias Param table

---@class Signal
---@field id string lower case letters, digits and ._-, such as my.long_words
---@field version string as in semantic versioning, such as 1.0.0
---@field api string the contract that it is written for: 1
---@field title string one line for people
---@field doc? string what it measures
---@field cite? string the publication behind it
---@field license? string of this script
---@field dimension "coordination"|"concealment"|"disinformation"|"foreign_interference"|"ai_use"|"cybercrime" the statement that it feeds
---@field also? ("coordination"|"concealment"|"disinformation"|"foreign_interference"|"ai_use"|"cybercrime")[] further statements
---@field family string signals of one family share inputs, and their evidence is averaged
---@field emits "traces"|"marks"|"rates"|"statistics" the shape of its output
---@field layer? string the name of a trace layer
---@field cap? number the most evidence in nats
---@field effect_floor? { ratio?: number, difference?: number, value?: number } the least effect that counts
---@field direction? "higher"|"lower" which tail is suspicious
---@field requires table table, column, type; a type with ? at its end may be absent and then arrives all null
---@field params? table what a study may set, by p.int and the like
---@field innocent string[] innocent explanations, printed with each finding
---@field disarm? { observed?: string[], inferred?: string[] } techniques of DISARM
---@field score function from the tables to the output
---@field tests? table tests by name

---What score is called with: the declared tables and parameters, and nothing else of the world.
---@class Context
---@field params any the parameters by name, checked; a name that was not declared is an error
---@field seed number a number below 2^31, from the run's seed and the signal's id
local Context = {}

---a table with the columns that requires names, and no others
---@param name string
---@return Frame
function Context:table(name) end

---does that table have any row, or that column any value?
---@param name string
---@param column? string
---@return boolean
function Context:has(name, column) end

---a line for the log of the run; 1,000 lines at most
---@param level "trace"|"debug"|"info"|"warn"|"error"
---@param message string
function Context:log(level, message) end

---how much of the work is done, from 0 to 1
---@param fraction number
---@param note? string
function Context:progress(fraction, note) end

---was the run cancelled?
---@return boolean
function Context:cancelled() end

---A table, or a plan that gives one: lazy, never changed, with columns that are known at every verb.
---@class Frame
local Frame = {}

---the rows where all conditions hold, as expressions or in SQL; null does not hold
---@param ... Expr|string
---@return Frame
function Frame:filter(...) end

---these columns and no others
---@param ... Expr|string
---@return Frame
function Frame:select(...) end

---adds these columns, or puts them in the place of those of the same name
---@param ... Expr|string
---@return Frame
function Frame:with_columns(...) end

---without these columns
---@param ... string
---@return Frame
function Frame:drop(...) end

---new names for columns: { old = "new" }
---@param names table
---@return Frame
function Frame:rename(names) end

---in the order of these columns, nulls first; equal rows stay as they are
---@param by string|string[]
---@param options? { descending?: boolean }
---@return Frame
function Frame:sort(by, options) end

---the first n rows
---@param n number
---@return Frame
function Frame:head(n) end

---the first row of each combination in these columns, or in all
---@param ... string
---@return Frame
function Frame:unique(...) end

---rows that agree in these columns; groups come in the order of their first rows
---@param ... string
---@return GroupBy
function Frame:group_by(...) end

---windows over a time column: one at each multiple of every, from that of the first row on, as long as period (every by default), for each group of by, in their order; rows without a time are left out, empty windows too; the column becomes the start
---@param column string
---@param options { every: Duration|string, period?: Duration|string, by?: string|string[] }
---@return GroupBy
function Frame:group_by_time(column, options) end

---rows that agree in these columns, side by side: those with a partner (inner), all of the left (left), all of both (full); semi and anti give rows of the left with or without one
---@param other Frame
---@param options { on?: string|string[], left_on?: string|string[], right_on?: string|string[], how?: "inner"|"left"|"full"|"semi"|"anti", suffix?: string }
---@return Frame
function Frame:join(other, options) end

---the other's rows below; the same columns, in any order
---@param other Frame
---@return Frame
function Frame:concat(other) end

---one row per item of a list; empty and null lists give none
---@param column string
---@return Frame
function Frame:explode(column) end

---one row per index, one column per value of on, in their order; without agg two values for one cell are an error. Runs the plan, to learn the columns
---@param options { on: string, index: string|string[], values: string, agg?: "sum"|"mean"|"min"|"max"|"count"|"first" }
---@return Frame
function Frame:pivot(options) end

---the result of a SELECT from self; groups come in the order of their first rows
---@param query string
---@return Frame
function Frame:sql(query) end

---the frame with the number of each text's group of copies as the column group, null for a text that is alone or shorter than `min_chars` (30). Case, links, mentions and emoji do not matter. Texts are copies with a Levenshtein ratio above `ratio` (0.693) and a Jaccard index of their shingles of at least `jaccard` (0.6); from a ratio of 0.85 the index is not asked for. A group depends on all texts of the frame. It runs the plan
---@param options { text: string, min_chars?: number, jaccard?: number, ratio?: number, group?: string }
---@return Frame
function Frame:near_duplicates(options) end

---calls the function once with a table per column: `data`, a buffer of `width` bytes per row; `valid`, a bit per row, if there are nulls; `values`, for strings and ids, whose data are codes from 1, 0 for null. Numbers are f64, times microseconds as f64, booleans u8, codes u32. It returns a buffer or such a table per output
---@param inputs string[]
---@param outputs table
---@param f function
---@return Frame
function Frame:map_columns(inputs, outputs, f) end

---calls the function for every row with its values and takes what it returns; null is nil. About 0.2 µs per row and more: above a million rows it warns, and map_columns is ten times as fast
---@param inputs string[]
---@param outputs table
---@param f function
---@return Frame
function Frame:map_rows(inputs, outputs, f) end

---the names of its columns
---@return string[]
function Frame:columns() end

---the type of a column, such as int or list of string
---@param column string
---@return string
function Frame:type_of(column) end

---runs the plan: the only barrier
---@return Frame
function Frame:collect() end

---how many rows, once collected
---@return number
function Frame:height() end

---one value, once collected; rows count from 1
---@param column string
---@param row number
---@return any
function Frame:at(column, row) end

---a whole column as a list, once collected
---@param column string
---@return any
function Frame:values(column) end

---A frame in groups, which waits for its aggregates.
---@class GroupBy
local GroupBy = {}

---one row per group: its keys, and these aggregates
---@param ... Expr|string
---@return Frame
function GroupBy:agg(...) end

---An expression over the columns of a frame; nothing is computed before a frame uses it.
---@class Expr
---@operator add(Operand): Expr
---@operator sub(Operand): Expr
---@operator mul(Operand): Expr
---@operator div(Operand): Expr
---@operator idiv(Operand): Expr
---@operator mod(Operand): Expr
---@operator pow(Operand): Expr
---@operator unm: Expr
local Expr = {}

---gives the result a name
---@param name string
---@return Expr
function Expr:alias(name) end

---to another type; what cannot be converted becomes null
---@param type "id"|"string"|"category"|"int"|"float"|"bool"|"datetime"|"duration"|"date"
---@return Expr
function Expr:cast(type) end

---equal
---@param other Operand
---@return Expr
function Expr:eq(other) end

---not equal
---@param other Operand
---@return Expr
function Expr:ne(other) end

---less
---@param other Operand
---@return Expr
function Expr:lt(other) end

---less or equal
---@param other Operand
---@return Expr
function Expr:le(other) end

---greater
---@param other Operand
---@return Expr
function Expr:gt(other) end

---greater or equal
---@param other Operand
---@return Expr
function Expr:ge(other) end

---from low to high, both ends included
---@param low Operand
---@param high Operand
---@return Expr
function Expr:between(low, high) end

---is it one of these? The values are of one kind
---@param values Literal[]
---@return Expr
function Expr:is_in(values) end

---is the value missing?
---@return Expr
function Expr:is_null() end

---is there a value?
---@return Expr
function Expr:is_not_null() end

---this value where one is missing
---@param value Operand
---@return Expr
function Expr:fill_null(value) end

---both hold
---@param other Expr
---@return Expr
function Expr:and_(other) end

---at least one holds
---@param other Expr
---@return Expr
function Expr:or_(other) end

---the opposite
---@return Expr
function Expr:not_() end

---without its sign
---@return Expr
function Expr:abs() end

---to so many digits after the point, none by default; halves go away from zero
---@param digits? number
---@return Expr
function Expr:round(digits) end

---the next whole number below
---@return Expr
function Expr:floor() end

---the next whole number above
---@return Expr
function Expr:ceil() end

---the logarithm, natural by default
---@param base? number
---@return Expr
function Expr:log(base) end

---e to that power
---@return Expr
function Expr:exp() end

---the square root
---@return Expr
function Expr:sqrt() end

---not below low, not above high; nil leaves that side open
---@param low? number
---@param high? number
---@return Expr
function Expr:clip(low, high) end

---the sum; of booleans how many are true
---@return Expr
function Expr:sum() end

---the arithmetic mean
---@return Expr
function Expr:mean() end

---the middle value
---@return Expr
function Expr:median() end

---the standard deviation of a sample (n - 1)
---@return Expr
function Expr:std() end

---the variance of a sample (n - 1)
---@return Expr
function Expr:var() end

---the value below which that share from 0 to 1 lies; linear between two values by default
---@param share number
---@param method? "linear"|"lower"|"higher"|"nearest"|"midpoint"
---@return Expr
function Expr:quantile(share, method) end

---the smallest
---@return Expr
function Expr:min() end

---the largest
---@return Expr
function Expr:max() end

---how many are not null
---@return Expr
function Expr:count() end

---how many different ones; null is one of them
---@return Expr
function Expr:n_unique() end

---the first, even if it is null
---@return Expr
function Expr:first() end

---the last, even if it is null
---@return Expr
function Expr:last() end

---is at least one true?
---@return Expr
function Expr:any() end

---are all true?
---@return Expr
function Expr:all() end

---all values as one list, nulls included
---@return Expr
function Expr:list() end

---each value once, in the order of their first
---@return Expr
function Expr:unique() end

---in ascending order, nulls first
---@param options? { descending?: boolean }
---@return Expr
function Expr:sort(options) end

---the first n
---@param n number
---@return Expr
function Expr:head(n) end

---the aggregate of the row's group, on each row
---@param ... string
---@return Expr
function Expr:over(...) end

---an aggregate over the rows up to that long before each row, the row itself included; the index is a time column in ascending order
---@param options { index: string, period: Duration|string }
---@return Expr
function Expr:rolling(options) end

---the value n rows above; below if n is negative
---@param n number
---@return Expr
function Expr:shift(n) end

---minus the value n rows above; 1 by default
---@param n? number
---@return Expr
function Expr:diff(n) end

---the sum up to here; refused where it leaves 64 bits
---@return Expr
function Expr:cum_sum() end

---how many are not null up to here
---@return Expr
function Expr:cum_count() end

---the place in ascending order, from 1; equal values share one (dense) by default
---@param method? "dense"|"ordinal"|"average"|"min"|"max"
---@return Expr
function Expr:rank(method) end

---lower case
---@return Expr
function Expr:str_to_lower() end

---upper case
---@return Expr
function Expr:str_to_upper() end

---a Unicode normal form; NFKC and NFKD also unite look-alike forms such as full width
---@param form "NFC"|"NFKC"|"NFD"|"NFKD"
---@return Expr
function Expr:str_normalize(form) end

---how many characters
---@return Expr
function Expr:str_len() end

---how many bytes in UTF-8
---@return Expr
function Expr:str_len_bytes() end

---the characters from start on, or so many of them; a negative start counts from the end
---@param start number
---@param length? number
---@return Expr
function Expr:str_slice(start, length) end

---does the regular expression match anywhere?
---@param regex string
---@return Expr
function Expr:str_contains(regex) end

---does any of these texts occur? Up to 10,000 of them in one pass
---@param words string[]
---@param options? { ignore_case?: boolean }
---@return Expr
function Expr:str_contains_any(words, options) end

---does it begin so?
---@param prefix string
---@return Expr
function Expr:str_starts_with(prefix) end

---does it end so?
---@param suffix string
---@return Expr
function Expr:str_ends_with(suffix) end

---group 1 of the first match, or another group; 0 is the whole match
---@param regex string
---@param group? number
---@return Expr
function Expr:str_extract(regex, group) end

---all whole matches as a list
---@param regex string
---@return Expr
function Expr:str_extract_all(regex) end

---how many matches that do not overlap
---@param regex string
---@return Expr
function Expr:str_count(regex) end

---replaces all matches; $1 in the new text is group 1
---@param regex string
---@param with string
---@return Expr
function Expr:str_replace(regex, with) end

---the parts between separators as a list
---@param separator string
---@return Expr
function Expr:str_split(separator) end

---without these characters at both ends; white space by default
---@param characters? string
---@return Expr
function Expr:str_strip(characters) end

---16 hexadecimal digits of BLAKE3, the same for ever
---@return Expr
function Expr:str_digest() end

---the different overlapping pieces of n (5) characters or words, in order; a shorter text is one piece
---@param n? number
---@param unit? "characters"|"words"
---@return Expr
function Expr:str_shingles(n, unit) end

---1 for equal texts, 0 for texts with nothing in common: levenshtein (1 - edits ÷ characters of the longer text) or jaccard (shared ÷ all shingles of 5 characters)
---@param other Operand
---@param measure? "levenshtein"|"jaccard"
---@return Expr
function Expr:str_similarity(other, measure) end

---the whole address in canonical form
---@return Expr
function Expr:url_canonical() end

---the host
---@return Expr
function Expr:url_host() end

---the registrable domain of an address or of a bare host name, by the Public Suffix List
---@return Expr
function Expr:url_domain() end

---the path, / at least, without parameters
---@return Expr
function Expr:url_path() end

---the start of the window it falls into
---@param every Duration|string
---@return Expr
function Expr:dt_truncate(every) end

---the hour of the day, 0 to 23
---@return Expr
function Expr:dt_hour() end

---the day of the week, Monday = 1
---@return Expr
function Expr:dt_weekday() end

---the day
---@return Expr
function Expr:dt_date() end

---seconds, milli- or microseconds since 1970, rounded down
---@param unit "s"|"ms"|"us"
---@return Expr
function Expr:dt_epoch(unit) end

---the same moment on the clocks of a time zone, for the hour, weekday or date there
---@param zone string
---@return Expr
function Expr:dt_to_zone(zone) end

---how many items
---@return Expr
function Expr:list_len() end

---one item; beyond the end null
---@param position number
---@return Expr
function Expr:list_get(position) end

---the first n items
---@param n number
---@return Expr
function Expr:list_head(n) end

---is it one of the items?
---@param value Operand
---@return Expr
function Expr:list_contains(value) end

---each item once, in the order of their first
---@return Expr
function Expr:list_unique() end

---the items in ascending order
---@return Expr
function Expr:list_sort() end

---strings as one string; nulls are left out
---@param separator string
---@return Expr
function Expr:list_join(separator) end

---A condition that waits for its value.
---@class When
local When = {}

---the value where the condition holds
---@param value Operand
---@return Then
function When:then_(value) end

---Conditions with their values, which wait for another condition or the last value.
---@class Then
local Then = {}

---another condition, for rows where none held before
---@param condition Expr
---@return When
function Then:when(condition) end

---the value where no condition holds
---@param value Operand
---@return Expr
function Then:otherwise(value) end

---A network of nodes with ids and weighted edges. What it gives is a frame with a row per node, by id, or per edge.
---@class Graph
local Graph = {}

---the ids of the nodes
---@return Frame
function Graph:nodes() end

---each edge once with its weight; where the two columns of graph.from_edges have no id in common, each end stands in its own, else they are ordered by id
---@return Frame
function Graph:edges() end

---neighbors of each node (degree) and the sum of the weights of its edges (strength); of a directed graph in_degree, out_degree, in_strength, out_strength
---@return Frame
function Graph:degree() end

---the number of the connected component of each node, from 1 by their first nodes, whatever the directions
---@return Frame
function Graph:components() end

---the share of time that a surfer spends at each node who follows edges by their weight and starts anew with probability 1 - damping (0.85)
---@param options? { damping?: number }
---@return Frame
function Graph:pagerank(options) end

---the nodes of the k-core with their core numbers: the largest k for which a node lies in the part where every node has k neighbors or more. Without k, all nodes
---@param options? { k?: number }
---@return Frame
function Graph:k_core(options) end

---the number of the community of each node, from 1 by their first nodes, by the Leiden algorithm, whatever the directions: `method` is what it maximizes (modularity; cpm is the constant Potts model), `resolution` is 1, and the same `seed` (0) gives the same communities
---@param options? { method?: "modularity"|"cpm", resolution?: number, seed?: number }
---@return Frame
function Graph:communities(options) end

---the nodes of one side of `graph.from_edges`, joined by how many different nodes of the other side they share; it keeps nodes that share none
---@param options { onto: "from"|"to", min_weight?: number, max_pairs?: number }
---@return Graph
function Graph:project(options) end

---A length of time: an operand, and a window wherever one is wanted.
---@class Duration
---@field seconds number its length in seconds
local Duration = {}

---A moment: an operand beside time columns.
---@class Datetime
---@field seconds number seconds since 1970, UTC
local Datetime = {}

---An id that keeps its digits. Beside a column it takes that column's type.
---@class Id
local Id = {}

---What a function under tests is called with.
---@class Test
local Test = {}

---a small table, typed by requires; times in RFC 3339, an empty cell is null
---@param table string
---@param text string
---@return Frame
function Test:csv(table, text) end

---the same from a CSV or Parquet file in the plugin's folder
---@param table string
---@param path string
---@return Frame
function Test:file(table, path) end

---what score gives for these tables by name, params and seed; checked, collected, sorted by its key
---@param given table
---@return Frame
function Test:run(given) end

---says what a value or a frame must be
---@param what any
---@return Expectation
function Test:expect(what) end

---score must fail on this, with these words in its message
---@param given table
---@param part string
function Test:fails(given, part) end

---A value under test: each claim that does not hold fails the test.
---@class Expectation
local Expectation = {}

---a frame of these columns, in this order
---@param ... string
---@return Expectation
function Expectation:has_columns(...) end

---a frame of so many rows
---@param n number
---@return Expectation
function Expectation:has_rows(n) end

---a frame whose columns named in the csv hold these rows, in any order; floats to nine digits, lists as a|b
---@param csv string
---@return Expectation
function Expectation:equals(csv) end

---an equal value, or a list of equal values
---@param value any
---@return Expectation
function Expectation:is(value) end

---a number this close to that one
---@param value number
---@param tolerance number
---@return Expectation
function Expectation:near(value, tolerance) end

---a missing value inside a list
---@type any
null = nil

---claque.api is the version of this script API
---@type any
claque = nil

---what a script returns: a signal, or a list of several
---@param signal Signal
---@return any
function plugin(signal) end

---what a file beside the script returns, as "./name"; it runs once
---@param path string
---@return any
function require(path) end

---like pairs, in the order of the keys, numbers first: the same in every run
---@param table table
---@return any
function sorted_pairs(table) end

---a column by its one exact name
---@param name string
---@return Expr
function col(name) end

---a value as an expression
---@param value Operand
---@return Expr
function lit(value) end

---how many rows
---@return Expr
function count() end

---one value or another by a condition: when(c):then_(v):otherwise(w)
---@param condition Expr
---@return When
function when(condition) end

---the first that is not null
---@param ... Operand
---@return Expr
function coalesce(...) end

---the smallest of several in a row; nulls do not count
---@param ... Operand
---@return Expr
function min_of(...) end

---the largest of several in a row; nulls do not count
---@param ... Operand
---@return Expr
function max_of(...) end

---several as one string, null if one of them is; a string among the parts is a column's name
---@param parts (Expr|string)[]
---@param separator? string
---@return Expr
function concat_str(parts, separator) end

---an id, exact where a Luau number is not; it takes the type of the column beside it
---@param digits string
---@return Id
function id(digits) end

---a length of time, such as 60s, 5min, 12h, 7d
---@param text Duration|string
---@return Duration
function duration(text) end

---a moment: a day, or a time in RFC 3339
---@param text string
---@return Datetime
function datetime(text) end

graph = {}

---a graph with an edge per row: rows of the same ends add up, rows with a null end and loops are left out; `node` names the nodes in results (account_id)
---@param edges Frame
---@param options { from: string, to: string, weight?: string, directed?: boolean, node?: string }
---@return Graph
function graph.from_edges(edges, options) end

---accounts joined by how often they act on one object within the window, from the columns account_id, object, at; counted without a null model, so most edges are strangers. Accounts with fewer rows than `min_participation` (2) are left out
---@param traces Frame
---@param options { window: Duration|string, min_weight?: number, min_participation?: number, max_pairs?: number }
---@return Graph
function graph.co_activity(traces, options) end

p = {}

---a whole number
---@param options { default: number, min?: number, max?: number, unit?: string, doc?: string }
---@return Param
function p.int(options) end

---a number
---@param options { default: number, min?: number, max?: number, unit?: string, doc?: string }
---@return Param
function p.float(options) end

---true or false
---@param options { default: boolean, doc?: string }
---@return Param
function p.bool(options) end

---a text
---@param options { default: string, max_length?: number, doc?: string }
---@return Param
function p.string(options) end

---one of the texts in of
---@param options { default: string, of: string[], doc?: string }
---@return Param
function p.choice(options) end

---a list of texts
---@param options { default: string[], max_items?: number, doc?: string }
---@return Param
function p.strings(options) end

---a length of time, given as text such as 60s; the script gets a Duration
---@param options { default: string, min?: string, max?: string, doc?: string }
---@return Param
function p.duration(options) end

---a moment, given as a day or in RFC 3339; the script gets a Datetime
---@param options { default: string, doc?: string }
---@return Param
function p.datetime(options) end
