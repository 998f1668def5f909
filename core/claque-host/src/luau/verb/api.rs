//! The verb table as everyone else sees it: names and descriptions, without what is called.

use super::super::expr::LuauExpr;
use super::super::frame::Frame;
use super::super::graph::Graph;
use super::{Globals, Group, Property, Scripted, Verb};
use std::sync::LazyLock;

/// All that a script can call.
#[derive(Debug)]
pub struct Api {
    /// Functions that need nothing before them.
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

/// The whole script API, in the order of the reference.
pub fn script_api() -> &'static Api {
    static API: LazyLock<Api> = LazyLock::new(|| Api {
        globals: sections::<Globals>(),
        types: vec![described::<Frame>(), described::<LuauExpr>(), described::<Graph>()],
    });
    &API
}

fn described<T: Scripted>() -> ApiType {
    let fields = T::FIELDS.iter().map(|field| field.property).collect();
    ApiType { name: T::NAME, doc: T::DOC, fields, sections: sections::<T>() }
}

fn sections<T: Scripted>() -> Vec<Section> {
    let section = |group: &&'static Group<T>| {
        let verbs = group.methods.iter().map(|method| &method.verb).collect();
        Section { title: group.title, doc: group.doc, verbs }
    };
    T::GROUPS.iter().map(section).collect()
}
