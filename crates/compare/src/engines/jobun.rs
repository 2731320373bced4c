//! Jobun.

use super::Prepared;
use crate::work::Work;

pub fn prepare(_work: &Work) -> Prepared {
    Err("not wired up yet".to_owned())
}
