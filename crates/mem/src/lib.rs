//! Guest address spaces: pages, permissions, copy-on-write, dirty sets.
