//! The border, crossed for real: libraries built from small C sources by the system's compiler, and signals
//! of the SDK. What is checked on raw arrays stands beside `import`.

mod calling;
mod cpp;
mod fixture;
mod frames;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod frozen;
#[cfg(target_os = "linux")]
mod isolated;
mod loading;
mod round_trip;
mod sdk;
