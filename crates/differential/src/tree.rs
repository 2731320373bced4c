//! Expressions as text with holes, which is all that making, counting and shrinking them needs.

/// What stands for the next part in the text of a tree.
const HOLE: char = '\u{1}';

/// A part of an expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree<T> {
    /// What it is counted as.
    pub kind: &'static str,
    /// Its type.
    pub ty: T,
    text: String,
    parts: Vec<Tree<T>>,
}

impl<T: Copy + PartialEq> Tree<T> {
    /// A tree without parts.
    pub fn leaf(kind: &'static str, ty: T, text: impl Into<String>) -> Self {
        Tree { kind, ty, text: text.into(), parts: Vec::new() }
    }

    /// A tree in whose `text` each `@` stands for a part.
    pub fn of(kind: &'static str, ty: T, text: &str, parts: Vec<Tree<T>>) -> Self {
        debug_assert_eq!(text.matches('@').count(), parts.len(), "{text}");
        Tree { kind, ty, text: text.replace('@', "\u{1}"), parts }
    }

    /// The expression.
    pub fn text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        let mut parts = self.parts.iter();
        for c in self.text.chars() {
            match (c, c == HOLE) {
                (_, true) => parts.next().into_iter().for_each(|part| part.write(out)),
                _ => out.push(c),
            }
        }
    }

    /// Calls `visit` for every part.
    pub fn each(&self, visit: &mut impl FnMut(&Tree<T>)) {
        visit(self);
        self.parts.iter().for_each(|part| part.each(visit));
    }

    /// Smaller trees of the same type: a part in place of the whole, or `simple` values in place of a part.
    pub fn smaller(&self, simple: &impl Fn(T) -> Vec<&'static str>) -> Vec<Tree<T>> {
        let mut found = Vec::new();
        let mut inside = Vec::new();
        self.parts.iter().for_each(|part| part.each(&mut |tree| inside.push(tree.clone())));
        found.extend(inside.into_iter().filter(|tree| tree.ty == self.ty));
        if !self.parts.is_empty() || self.kind != "literal" {
            let values = simple(self.ty).into_iter().filter(|value| *value != self.text);
            found.extend(values.map(|value| Tree::leaf("literal", self.ty, value)));
        }
        for (at, part) in self.parts.iter().enumerate() {
            for smaller in part.smaller(simple) {
                let mut tree = self.clone();
                tree.parts[at] = smaller;
                found.push(tree);
            }
        }
        found
    }
}
