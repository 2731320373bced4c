//! Pairs of two rows.

/// Pairs of two rows in order with the highest sum of scores: for each of the first row its partner.
pub(super) fn longest(rows: usize, columns: usize, score: &dyn Fn(usize, usize) -> u32) -> Vec<Option<usize>> {
    let width = columns + 1;
    let mut best = vec![0u32; (rows + 1) * width];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            let skip = best[(row + 1) * width + column].max(best[row * width + column + 1]);
            let own = score(row, column);
            let both = if own > 0 { own + best[(row + 1) * width + column + 1] } else { 0 };
            best[row * width + column] = skip.max(both);
        }
    }
    let mut pairs = vec![None; rows];
    let (mut row, mut column) = (0, 0);
    while row < rows && column < columns {
        let here = best[row * width + column];
        let own = score(row, column);
        if own > 0 && here == own + best[(row + 1) * width + column + 1] {
            pairs[row] = Some(column);
            (row, column) = (row + 1, column + 1);
        } else if here == best[(row + 1) * width + column] {
            row += 1;
        } else {
            column += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::longest;

    #[test]
    fn the_highest_sum_wins_and_pairs_never_cross() {
        let of = |one: &str, other: &str| {
            let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
            longest(one.len(), other.len(), &|row, column| u32::from(one[row] == other[column]))
        };
        assert_eq!(of("abc", "xbcx"), [None, Some(1), Some(2)]);
        assert_eq!(of("ab", "ba"), [None, Some(0)]);
        assert_eq!(longest(2, 2, &|row, column| if row == column { 1 } else { 3 }), [None, Some(0)]);
        assert!(longest(0, 3, &|_, _| 1).is_empty());
    }
}
