//! Worlds with planted truth.
//!
//! [`generate`] writes canonical activity tables, the tables that a user would bring, and labels that are kept
//! apart: operations after documented cases, benign look-alikes beside them, and a large innocent background.
//! [`ShareTable`] is for size: nothing but who shared what when. Nothing here reads or writes files or looks at what a
//! run says, and all names, domains and texts are invented.

mod background;
mod calendar;
mod crew;
mod draft;
mod random;
mod rota;
mod scenarios;
mod shares;
mod tables;
mod twin;
mod words;
mod world;

pub use scenarios::Scenario;
pub use shares::{ShareSettings, ShareTable};
pub use twin::Twin;
pub use world::{SynthError, World, WorldSettings, generate};
