//! Copies of sources, from which provisions are quoted in their own words.

use super::copy::Copy;
use super::drift::holder;
use super::find::{clause_of, everywhere, in_order, known};
use super::outline::Outline;
use super::split::{Piece, joined, split};

/// What a copy of a source says of a provision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quote {
    /// Its words.
    Words(String),
    /// Its words are others than those the outline was written from, or gone.
    Changed,
    /// The outline keeps no digest of them.
    Unknown,
}

/// The words of the provisions of one source.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// By the number of the provision.
    quotes: Vec<Quote>,
}

impl Words {
    /// Reads a copy of the source of `outline`.
    pub fn of(outline: &Outline, text: &str) -> Self {
        let known = known(outline);
        let blocks = split(text);
        let copy = Copy::of(&blocks);
        let found = in_order(known.len(), &everywhere(&known, &copy.pieces));
        let mut held: Vec<Vec<(&Piece, usize)>> = vec![Vec::new(); outline.provisions().len()];
        let mut count = vec![0; held.len()];
        for found in found {
            for own in &known[found.known].provisions {
                held[*own].extend(found.pieces.clone().map(|at| (copy.pieces[at], copy.paragraphs[at])));
                count[*own] += 1;
            }
        }
        let all = outline.provisions().iter().zip(held).zip(count);
        let quotes = all.map(|((provision, mut held), count)| match provision.digests.len() {
            0 => Quote::Unknown,
            all if all == count => {
                // A heading is no part of what is laid down.
                if held.iter().any(|(_, paragraph)| *paragraph > 0) {
                    held.retain(|(_, paragraph)| *paragraph > 0);
                }
                Quote::Words(joined(held.into_iter()))
            }
            _ => Quote::Changed,
        });
        Words { quotes: quotes.collect() }
    }

    /// The words of the provision `locator` of `outline`; of one whose parts have them, those of its parts, and of a
    /// part whose text is not kept apart, those of the provision around it.
    pub fn quote(&self, outline: &Outline, locator: &str) -> Quote {
        let Some(own) = outline.resolve(locator) else { return Quote::Unknown };
        let quote = |locator: &str| {
            let at = outline.position(locator)?;
            self.quotes.get(at)
        };
        // 第3項(契約条項) is all of 第3項, which its parts may have.
        let clause = outline.resolve(&clause_of(locator)).filter(|_| own.digests.is_empty());
        let own = clause.unwrap_or(own);
        let parts = outline.parts(own);
        if !own.digests.is_empty() || parts.is_empty() {
            let holder = holder(outline, own);
            return holder.and_then(|holder| quote(&holder.locator)).cloned().unwrap_or(Quote::Unknown);
        }
        let mut words: Vec<&str> = Vec::new();
        for part in parts {
            match quote(&part.locator) {
                Some(Quote::Words(text)) if words.last() != Some(&text.as_str()) => words.push(text),
                Some(Quote::Words(_)) => {}
                _ => return Quote::Changed,
            }
        }
        Quote::Words(words.join("\n"))
    }
}
