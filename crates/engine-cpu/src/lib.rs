//! The reference engine: cached blocks of micro-ops as threaded code.
