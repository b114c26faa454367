//! ELF and flat images: parse, inspect, describe.
