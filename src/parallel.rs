//! Work on several threads whose results come in the order of what was worked on.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Does `work` on each of `items` on up to `threads` threads, this one among them; each thread begins with a state of
/// its own. The results are the same for any number of threads, if they do not depend on that state.
pub fn in_order<T: Sync, S, U: Send>(
    items: &[T],
    threads: NonZeroUsize,
    start: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &T) -> U + Sync,
) -> Vec<U> {
    let next = AtomicUsize::new(0);
    let take = || {
        let mut state = start();
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { return done };
            done.push((at, work(&mut state, item)));
        }
    };
    let done = std::thread::scope(|scope| {
        // Where no more threads are to be had, those that are there do it all.
        let spawn = |_| std::thread::Builder::new().spawn_scoped(scope, take).ok();
        let others: Vec<_> = (1..threads.get().min(items.len())).map_while(spawn).collect();
        let mut done = take();
        done.extend(others.into_iter().flat_map(|other| other.join().unwrap_or_default()));
        done
    });
    let mut results: Vec<Option<U>> = std::iter::repeat_with(|| None).take(items.len()).collect();
    for (at, result) in done {
        results[at] = Some(result);
    }
    // A thread that failed is no reason to lose what it did.
    let again = |(item, result): (&T, Option<U>)| result.unwrap_or_else(|| work(&mut start(), item));
    items.iter().zip(results).map(again).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items_whatever_fails() {
        let items: Vec<usize> = (0..100).collect();
        let one = std::thread::current().id();
        let squares: Vec<usize> = items.iter().map(|item| item * item).collect();
        for threads in [1, 2, 8, 200].map(|n| NonZeroUsize::new(n).expect("some")) {
            let square = |seen: &mut usize, item: &usize| {
                *seen += 1;
                assert!(std::thread::current().id() == one || !item.is_multiple_of(7), "a thread that fails");
                item * item
            };
            assert_eq!(in_order(&items, threads, || 0, square), squares);
        }
    }
}
