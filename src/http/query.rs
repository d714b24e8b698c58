//! Query parameters: known ones only, each once, refused by name.

use crate::error::Problem;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use std::future::{Ready, ready};

/// The query of a request.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse(request.query_string()).map(Query))
    }
}

fn parse<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    use serde::de::value::{Error, MapDeserializer};
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query)
        .map_err(|error| Problem::invalid("query", query, format!("the query cannot be read: {error}")))?;
    // Each parameter apart, so that a refusal can name it.
    let texts = pairs.iter().map(|(name, value)| (name.as_str(), Text(value)));
    let deserializer = MapDeserializer::<_, Error>::new(texts);
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let name = error.path().to_string();
        let message = error.inner().to_string();
        // A doubled or missing parameter is told of the whole query: its name stands in the message.
        let name = if name == "." { message.split('`').nth(1).unwrap_or("query").to_owned() } else { name };
        let value = pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
        Problem::invalid(&name, value.unwrap_or_default(), message)
    })
}

/// A parameter's text, read as whatever its field asks for.
struct Text<'a>(&'a str);

impl<'de> serde::de::IntoDeserializer<'de> for Text<'_> {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! parsed {
    ($($method:ident $visit:ident $type:ty: $expected:literal),+ $(,)?) => {
        $(fn $method<V: serde::de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
            match self.0.parse::<$type>() {
                Ok(value) => visitor.$visit(value),
                Err(_) => Err(serde::de::Error::custom(concat!("must be ", $expected))),
            }
        })+
    };
}

impl<'de> serde::Deserializer<'de> for Text<'_> {
    type Error = serde::de::value::Error;

    parsed! {
        deserialize_bool visit_bool bool: "true or false",
        deserialize_i32 visit_i32 i32: "a whole number",
        deserialize_i64 visit_i64 i64: "a whole number",
        deserialize_u32 visit_u32 u32: "a whole number of at least 0",
        deserialize_f64 visit_f64 f64: "a number",
    }

    fn deserialize_any<V: serde::de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_str(self.0)
    }

    fn deserialize_option<V: serde::de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: serde::de::Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: serde::de::Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_enum(serde::de::value::StrDeserializer::new(self.0))
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i128 u8 u16 u64 u128 f32 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map
        struct identifier ignored_any
    }
}
