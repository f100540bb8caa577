//! What the programs of the comparison share: a desktop driven through the use cases, a made-up roster of any size, what
//! a search is compared with, and what a stretch of work cost.

pub mod desk;
pub mod like;
pub mod meter;
pub mod roster;
pub mod spread;
pub mod sqlcipher;
