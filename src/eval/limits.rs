//! What an evaluation takes from its host, and what is left of its limits.

use crate::limits::Limits;
use crate::stdlib::CustomFunctions;

/// What a run takes from its host.
#[derive(Clone, Copy)]
pub struct Settings<'a> {
    /// The functions an embedder added.
    pub functions: &'a CustomFunctions,
    /// What it may cost.
    pub limits: Limits,
    /// Asked now and then whether to stop.
    pub cancelled: Option<&'a dyn Fn() -> bool>,
}

/// How many steps lie between two questions to the host.
const STEPS_BETWEEN: u64 = 4096;

/// What is left of the limits. Counting down one number is all that most instructions pay.
pub(super) struct Budget {
    /// Steps until the count below is looked at.
    near: u64,
    /// Steps beyond those.
    far: u64,
    /// Bytes.
    bytes: u64,
}

impl Budget {
    pub(super) fn new(limits: Limits) -> Self {
        let mut budget = Budget { near: 0, far: 0, bytes: 0 };
        budget.refill(limits);
        budget
    }

    /// Gives the next evaluation its full share.
    pub(super) fn refill(&mut self, limits: Limits) {
        self.near = STEPS_BETWEEN.min(limits.steps);
        self.far = limits.steps - self.near;
        self.bytes = limits.bytes;
    }

    /// Takes `cost` steps; false if the count has to be looked at.
    #[inline(always)]
    pub(super) fn take(&mut self, cost: u64) -> bool {
        match self.near.checked_sub(cost) {
            Some(left) => {
                self.near = left;
                true
            }
            None => false,
        }
    }

    /// Takes `cost` steps from all that is left; false if there are not so many.
    #[cold]
    pub(super) fn take_far(&mut self, cost: u64) -> bool {
        let Some(left) = (self.near + self.far).checked_sub(cost) else {
            (self.near, self.far) = (0, 0);
            return false;
        };
        self.near = STEPS_BETWEEN.min(left);
        self.far = left - self.near;
        true
    }

    /// How many steps are left.
    pub(super) fn left(&self) -> u64 {
        self.near + self.far
    }

    /// The share of `limits` that is gone: of the steps, or of the bytes if that is more.
    pub(super) fn spent(&self, limits: Limits) -> f64 {
        let share = |left: u64, all: u64| 1.0 - left as f64 / all.max(1) as f64;
        share(self.left(), limits.steps).max(share(self.bytes, limits.bytes))
    }

    /// How many bytes are left.
    pub(super) fn left_bytes(&self) -> u64 {
        self.bytes
    }

    /// Takes `bytes`; false if there are not so many.
    pub(super) fn take_bytes(&mut self, bytes: usize) -> bool {
        match self.bytes.checked_sub(bytes as u64) {
            Some(left) => {
                self.bytes = left;
                true
            }
            None => false,
        }
    }
}
