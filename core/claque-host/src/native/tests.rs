//! The border, crossed for real: libraries built from small C sources by the system's compiler, and signals
//! of the SDK. What is checked on raw arrays stands beside `import`.

mod calling;
mod fixture;
#[cfg(target_os = "linux")]
mod isolated;
mod loading;
mod round_trip;
mod sdk;
