//! Arm floating point in software: half, single, double, bit-exact.
