//! The seam between guests and engines: vcpu, Engine, Exit, front ends.
