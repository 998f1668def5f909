//! The verb table as everyone else sees it: names and descriptions, without what is called.

use super::super::context::Context;
use super::super::expr::{Id, Instant, LuauExpr, Span, Then, When};
use super::super::frame::{Frame, GroupBy};
use super::super::graph::Graph;
use super::super::script_tests::{Expectation, Test};
use super::{Globals, Group, Property, Scripted, Verb};
use std::sync::LazyLock;

/// All that a script can call.
#[derive(Debug)]
pub struct Api {
    /// Global values.
    pub constants: Vec<Property>,
    /// Functions that need nothing before them; a dotted name stands in a global table.
    pub globals: Vec<Section>,
    /// Types and their methods.
    pub types: Vec<ApiType>,
}

/// A type of the script API.
#[derive(Debug)]
pub struct ApiType {
    /// As Luau calls it.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// Fields that can be read.
    pub fields: Vec<Property>,
    /// Its methods.
    pub sections: Vec<Section>,
}

/// Verbs that belong together.
#[derive(Debug)]
pub struct Section {
    /// Heading.
    pub title: &'static str,
    /// What holds for all of them; may be empty.
    pub doc: &'static str,
    /// The verbs.
    pub verbs: Vec<&'static Verb>,
}

impl ApiType {
    /// All verbs of the type.
    pub fn verbs(&self) -> impl Iterator<Item = &'static Verb> {
        self.sections.iter().flat_map(|section| section.verbs.iter().copied())
    }

    /// What can be written after a colon.
    pub fn methods(&self) -> impl Iterator<Item = &'static str> {
        self.verbs().map(|verb| verb.name).filter(|name| !name.starts_with("__"))
    }
}

impl Api {
    /// The type of that name.
    pub fn type_named(&self, name: &str) -> Option<&ApiType> {
        self.types.iter().find(|known| known.name == name)
    }

    /// All global functions.
    pub fn functions(&self) -> impl Iterator<Item = &'static Verb> {
        self.globals.iter().flat_map(|section| section.verbs.iter().copied())
    }
}

/// The whole script API, in the order of the reference. A new type is named here.
pub fn script_api() -> &'static Api {
    static API: LazyLock<Api> = LazyLock::new(|| Api {
        constants: properties::<Globals>(),
        globals: sections::<Globals>(),
        types: vec![
            described::<Context>(),
            described::<Frame>(),
            described::<GroupBy>(),
            described::<LuauExpr>(),
            described::<When>(),
            described::<Then>(),
            described::<Graph>(),
            described::<Span>(),
            described::<Instant>(),
            described::<Id>(),
            described::<Test>(),
            described::<Expectation>(),
        ],
    });
    &API
}

fn properties<T: Scripted>() -> Vec<Property> {
    T::FIELDS.iter().map(|field| field.property).collect()
}

fn described<T: Scripted>() -> ApiType {
    ApiType { name: T::NAME, doc: T::DOC, fields: properties::<T>(), sections: sections::<T>() }
}

fn sections<T: Scripted>() -> Vec<Section> {
    let section = |group: &&'static Group<T>| {
        let verbs = group.methods.iter().map(|method| &method.verb).collect();
        Section { title: group.title, doc: group.doc, verbs }
    };
    T::GROUPS.iter().map(section).collect()
}
