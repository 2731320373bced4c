//! Which facts a program reads, as a tree of keys: what binding a document follows.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::Decode;

/// A scope: the document, or the elements of one list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ScopeId(pub(crate) u16);

impl ScopeId {
    /// The document.
    pub const DOCUMENT: ScopeId = ScopeId(0);
}

/// A fact of a scope that a program reads, by its place in the scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CellId(pub(crate) u16);

impl CellId {
    /// Its place in a row.
    #[inline]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A key, in a form that is quick to compare.
#[derive(Clone, Debug)]
struct Key {
    /// Its first eight bytes.
    head: u64,
    text: Box<[u8]>,
    place: usize,
}

#[derive(Clone, Debug, Default)]
struct Place {
    children: Vec<Key>,
    cells: Vec<(CellId, Decode)>,
    elements: Option<ScopeId>,
}

#[derive(Clone, Debug)]
struct Scope {
    root: usize,
    width: u16,
}

/// Which facts a program reads.
#[derive(Clone, Debug)]
pub struct Layout {
    places: Vec<Place>,
    scopes: Vec<Scope>,
    digest: u64,
}

impl Default for Layout {
    fn default() -> Self {
        Layout { places: vec![Place::default()], scopes: vec![Scope { root: 0, width: 0 }], digest: 0 }
    }
}

/// The first eight bytes of a text, zeros after its end.
pub fn head(text: &[u8]) -> u64 {
    head_at(text, 0, text.len())
}

/// The first eight of the bytes `start..end` of `text`, zeros after the end.
#[inline(always)]
pub fn head_at(text: &[u8], start: usize, end: usize) -> u64 {
    let len = end - start;
    match text.get(start..).and_then(|rest| rest.first_chunk::<8>()) {
        // What stands behind the end is masked.
        Some(bytes) if len > 0 => u64::from_le_bytes(*bytes) & (u64::MAX >> (8 * (8 - len.min(8)))),
        Some(_) => 0,
        None => {
            let bytes = text.get(start..end).unwrap_or_default();
            bytes.iter().take(8).rev().fold(0, |head, byte| head << 8 | u64::from(*byte))
        }
    }
}

impl Layout {
    /// The cell that holds what stands at `keys` below an object of `scope`, read as `decode` says; `None`
    /// if there are too many cells.
    pub(crate) fn cell(&mut self, scope: ScopeId, keys: &[String], decode: Decode) -> Option<CellId> {
        let place = self.place(scope, keys);
        if let Some((cell, _)) = self.places[place].cells.iter().find(|(_, known)| *known == decode) {
            return Some(*cell);
        }
        let width = &mut self.scopes[scope.0 as usize].width;
        let cell = CellId(*width);
        *width = width.checked_add(1)?;
        self.places[place].cells.push((cell, decode));
        self.sign((scope, keys, decode, cell));
        Some(cell)
    }

    /// The scope of the elements of the list at `keys` below an object of `scope`.
    pub(crate) fn list(&mut self, scope: ScopeId, keys: &[String]) -> Option<ScopeId> {
        let place = self.place(scope, keys);
        if let Some(elements) = self.places[place].elements {
            return Some(elements);
        }
        let elements = ScopeId(u16::try_from(self.scopes.len()).ok()?);
        let root = self.places.len();
        self.places.push(Place::default());
        self.scopes.push(Scope { root, width: 0 });
        self.places[place].elements = Some(elements);
        self.sign((scope, keys, elements));
        Some(elements)
    }

    /// The digest covers everything that was ever added, in order.
    fn sign(&mut self, added: impl Hash) {
        let mut hasher = DefaultHasher::new();
        self.digest.hash(&mut hasher);
        added.hash(&mut hasher);
        self.digest = hasher.finish();
    }

    fn place(&mut self, scope: ScopeId, keys: &[String]) -> usize {
        let mut at = self.scopes[scope.0 as usize].root;
        for key in keys {
            at = match self.child(at, key.as_bytes()) {
                Some(place) => place,
                None => {
                    let place = self.places.len();
                    self.places.push(Place::default());
                    let key = Key { head: head(key.as_bytes()), text: key.as_bytes().into(), place };
                    let children = &mut self.places[at].children;
                    let before = children.partition_point(|known| (known.head, &known.text) < (key.head, &key.text));
                    children.insert(before, key);
                    place
                }
            };
        }
        at
    }

    /// Where a document begins, or an element of a list.
    pub fn root(&self, scope: ScopeId) -> usize {
        self.scopes[scope.0 as usize].root
    }

    /// How many facts a program reads of an object of `scope`.
    #[inline]
    pub fn width(&self, scope: ScopeId) -> usize {
        self.scopes[scope.0 as usize].width.into()
    }

    /// Where the member `key` of the object at `place` stands, if something below it is read.
    pub fn child(&self, place: usize, key: &[u8]) -> Option<usize> {
        self.child_at(place, head(key), key)
    }

    /// The same for a key whose first eight bytes are `head`.
    #[inline(always)]
    pub fn child_at(&self, place: usize, head: u64, key: &[u8]) -> Option<usize> {
        let children = &self.places[place].children;
        let is = |known: &&Key| {
            known.head == head && known.text.len() == key.len() && (key.len() <= 8 || *known.text == *key)
        };
        if children.len() <= 16 {
            return children.iter().find(is).map(|known| known.place);
        }
        let from = children.partition_point(|known| known.head < head);
        children[from..].iter().take_while(|known| known.head == head).find(is).map(|known| known.place)
    }

    /// The cells that hold what stands at `place`.
    #[inline]
    pub fn cells(&self, place: usize) -> impl Iterator<Item = &(CellId, Decode)> {
        self.places[place].cells.iter()
    }

    /// The scope of the elements of the list at `place`, if a program goes through them.
    #[inline]
    pub fn elements(&self, place: usize) -> Option<ScopeId> {
        self.places[place].elements
    }

    /// A number that two layouts share only if they are alike.
    pub fn digest(&self) -> u64 {
        self.digest
    }
}
