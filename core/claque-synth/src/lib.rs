//! claque-synth
