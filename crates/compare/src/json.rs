//! JSON text straight into an engine's own values, without a tree in between.

use std::borrow::Cow;
use std::fmt::{Formatter, Result as FmtResult};
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// A value that can be built from JSON.
pub trait Build<'a>: Sized {
    /// What the entries of an object are gathered in.
    type Entries: Default;

    fn null() -> Self;
    fn bool(value: bool) -> Self;
    /// Every integer that fits, whatever its sign: a rule that says `>= 30` compares it to an int.
    fn int(value: i64) -> Self;
    fn float(value: f64) -> Self;
    fn text(value: Cow<'a, str>) -> Self;
    fn list(values: Vec<Self>) -> Self;
    fn insert(map: &mut Self::Entries, key: Cow<'a, str>, value: Self);
    fn map(map: Self::Entries) -> Self;
}

/// Parses one document.
pub fn parse<'a, T: Build<'a>>(text: &'a str) -> Result<T, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Tree(PhantomData).deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

struct Tree<T>(PhantomData<T>);

impl<'a, T: Build<'a>> DeserializeSeed<'a> for Tree<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a, T: Build<'a>> Visitor<'a> for Tree<T> {
    type Value = T;

    fn expecting(&self, f: &mut Formatter<'_>) -> FmtResult {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<T, E> {
        Ok(T::null())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<T, E> {
        Ok(T::bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<T, E> {
        Ok(T::int(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<T, E> {
        Ok(i64::try_from(value).map_or_else(|_| T::float(value as f64), T::int))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<T, E> {
        Ok(T::float(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<T, E> {
        Ok(T::text(Cow::Owned(value.to_owned())))
    }

    fn visit_borrowed_str<E: Error>(self, value: &'a str) -> Result<T, E> {
        Ok(T::text(Cow::Borrowed(value)))
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut seq: A) -> Result<T, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = seq.next_element_seed(Tree(PhantomData))? {
            values.push(value);
        }
        Ok(T::list(values))
    }

    fn visit_map<A: MapAccess<'a>>(self, mut entries: A) -> Result<T, A::Error> {
        let mut map = T::Entries::default();
        while let Some(Text(key)) = entries.next_key()? {
            T::insert(&mut map, key, entries.next_value_seed(Tree(PhantomData))?);
        }
        Ok(T::map(map))
    }
}

/// A string borrowed from the JSON text where it holds no escape.
pub struct Text<'a>(pub Cow<'a, str>);

impl<'a> Deserialize<'a> for Text<'a> {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor)
    }
}

struct TextVisitor;

impl<'a> Visitor<'a> for TextVisitor {
    type Value = Text<'a>;

    fn expecting(&self, f: &mut Formatter<'_>) -> FmtResult {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Text<'a>, E> {
        Ok(Text(Cow::Owned(value.to_owned())))
    }

    fn visit_borrowed_str<E: Error>(self, value: &'a str) -> Result<Text<'a>, E> {
        Ok(Text(Cow::Borrowed(value)))
    }
}
