//! Embeds the plugins that ship with the program: every folder of `scripts/` with a `main.luau`, and every
//! crate of `plugins/` that is a build dependency, whose library was therefore built before. And the templates
//! of `claque plugin new`, folder by folder.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    // <target>/<profile>/build/<package>/out
    let libraries = out.ancestors().nth(3).expect("cargo's layout").join("deps");
    let mut table = String::from("static SHIPPED: &[ShippedPlugin] = &[\n");
    for folder in folders(&root.join("scripts"))? {
        if folder.join("main.luau").is_file() {
            plugin(&mut table, &root, &folder, None)?;
        }
    }
    for folder in shipped(&root)? {
        if folder.join("plugin.toml").is_file() {
            let library = library(&folder, &libraries)?;
            plugin(&mut table, &root, &folder, Some(&library))?;
        }
    }
    table.push_str("];\n");
    fs::write(out.join("shipped.rs"), table)?;
    templates(&root.join("core/cli/templates"), &out)
}

/// Every file below `core/cli/templates` as text, by its path there.
fn templates(root: &Path, out: &Path) -> io::Result<()> {
    let mut files = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(next) = open.pop() {
        println!("cargo::rerun-if-changed={}", next.display());
        for entry in fs::read_dir(next)? {
            let path = entry?.path();
            if path.is_dir() { open.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    let mut table = String::from("static TEMPLATES: &[(&str, &str)] = &[\n");
    for file in files {
        println!("cargo::rerun-if-changed={}", file.display());
        let below = file.strip_prefix(root).map_err(io::Error::other)?.display().to_string();
        writeln!(table, "    ({below:?}, include_str!({:?})),", file.display().to_string())
            .map_err(io::Error::other)?;
    }
    table.push_str("];\n");
    fs::write(out.join("templates.rs"), table)
}

/// The folders of the build dependencies that lie in the repository; the other plugins are examples.
fn shipped(root: &Path) -> io::Result<Vec<PathBuf>> {
    let manifest = root.join("Cargo.toml");
    println!("cargo::rerun-if-changed={}", manifest.display());
    let manifest: toml::Table = fs::read_to_string(manifest)?.parse().map_err(io::Error::other)?;
    let dependencies = manifest.get("build-dependencies").and_then(toml::Value::as_table);
    let paths = dependencies.into_iter().flatten().filter_map(|(_, of)| of.get("path")?.as_str());
    let mut found: Vec<PathBuf> = paths.map(|path| root.join(path)).collect();
    found.sort();
    Ok(found)
}

fn folders(parent: &Path) -> io::Result<Vec<PathBuf>> {
    println!("cargo::rerun-if-changed={}", parent.display());
    let mut found: Vec<PathBuf> =
        fs::read_dir(parent)?.filter_map(|e| Some(e.ok()?.path())).filter(|p| p.is_dir()).collect();
    found.sort();
    Ok(found)
}

/// The path that the manifest names for this platform, and the file that cargo built for it.
fn library(folder: &Path, libraries: &Path) -> io::Result<(String, PathBuf)> {
    let manifest: toml::Table = fs::read_to_string(folder.join("plugin.toml"))?.parse().map_err(io::Error::other)?;
    let platform = format!("{}_{}", env::consts::OS, if cfg!(target_arch = "x86_64") { "amd64" } else { "arm64" });
    let path = manifest["native"]
        .get(&platform)
        .and_then(|p| p.get("path"))
        .and_then(toml::Value::as_str)
        .ok_or_else(|| io::Error::other(format!("{}: no library for {platform}", folder.display())))?;
    let name = Path::new(path).file_name().ok_or_else(|| io::Error::other("a path without a name"))?;
    Ok((path.to_owned(), libraries.join(name)))
}

fn plugin(table: &mut String, root: &Path, folder: &Path, library: Option<&(String, PathBuf)>) -> io::Result<()> {
    let shown = folder.strip_prefix(root).unwrap_or(folder).display().to_string();
    let mut files: Vec<(String, PathBuf)> = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let wanted = name == "plugin.toml"
            || name == "SIGNAL.md"
            || (library.is_none() && path.extension().is_some_and(|e| e == "luau"));
        if wanted && path.is_file() {
            files.push((name, path));
        }
    }
    files.extend(library.cloned());
    files.sort();
    writeln!(table, "    ShippedPlugin {{ folder: {shown:?}, files: &[").map_err(io::Error::other)?;
    for (name, path) in files {
        println!("cargo::rerun-if-changed={}", path.display());
        writeln!(table, "        ({name:?}, include_bytes!({:?})),", path.display().to_string())
            .map_err(io::Error::other)?;
    }
    table.push_str("    ] },\n");
    Ok(())
}
