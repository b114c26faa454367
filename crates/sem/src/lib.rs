//! What each A64 instruction means.
