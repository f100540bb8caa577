//! What the programs of the comparison share: a desktop driven through the use cases, and what a stretch of work cost.

pub mod desk;
pub mod meter;
