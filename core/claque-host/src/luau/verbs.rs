//! The names of all methods, read from the type file of the script API, so that nothing is listed twice.

/// Types of the script API, for editors and for "did you mean".
pub(super) const TYPES: &str = include_str!("../../../../scripts/claque.d.luau");

/// The functions that the script API adds to the globals.
pub(super) fn globals() -> Vec<&'static str> {
    TYPES.lines().filter_map(|line| line.strip_prefix("declare function ")?.split(['(', '<']).next()).collect()
}

/// Methods of an API type, by the name that Luau gives it.
pub(super) fn methods_of(type_name: &str) -> Vec<&'static str> {
    let head = format!("declare extern type {} with", type_name.trim());
    let Some((_, rest)) = TYPES.split_once(&head) else { return Vec::new() };
    let body = rest.lines().take_while(|line| *line != "end");
    body.filter_map(|line| line.trim().strip_prefix("function ")?.split('(').next())
        .filter(|name| !name.starts_with("__"))
        .collect()
}
