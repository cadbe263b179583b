//! Which variant of a union a value is.

use std::sync::Arc;

use super::{
    FlyteType, Literal, LiteralType, LiteralValue, MsgpackWriter, StructType, TypeError,
    UnionVariant,
    casts::same_type,
    msgpack::{Reader, Token},
    primitives::whole,
    shared,
    structs::while_open,
};

/// Whether a literal is an absent value, bare or in a union.
pub(crate) fn is_none(literal: &Literal) -> bool {
    match &literal.value {
        LiteralValue::None => true,
        LiteralValue::Msgpack(bytes) => Reader::new(bytes).token() == Ok(Token::Nil),
        LiteralValue::Union { variant, value } => {
            variant.literal_type == LiteralType::None && value.value == LiteralValue::None
        }
        _ => false,
    }
}

/// One variant of an enum with data.
pub(crate) fn variant<T: FlyteType>(name: &'static str) -> UnionVariant {
    UnionVariant::tagged(T::union_tag(), T::literal_type()).named(name)
}

/// The variant of an enum without data, Python's `None`.
pub fn none_variant(name: &'static str) -> UnionVariant {
    UnionVariant::new(LiteralType::None).named(name)
}

/// Wraps the value of a variant; a union in a union is flattened, as in Python.
///
/// # Errors
///
/// When another variant has the same tag and type, so that readers could not distinguish them.
pub fn to_union(
    name: &'static str,
    variants: &[UnionVariant],
    index: usize,
    value: Literal,
) -> Result<Literal, TypeError> {
    let chosen = &variants[index];
    let same: Vec<_> = variants
        .iter()
        .filter(|other| alike(other, chosen))
        .collect();
    if same.len() > 1 {
        return Err(ambiguous(name, value.kind(), same));
    }
    match value.value {
        LiteralValue::Union { .. } => Ok(value),
        _ => Ok(Literal::union(chosen.clone(), value)),
    }
}

/// The variants of an enum with data; where it contains itself, the inner type is a struct of any fields.
pub fn union_variants<T: 'static>(variants: fn() -> Vec<UnionVariant>) -> Arc<Vec<UnionVariant>> {
    shared::variants::<T>(|| while_open::<T, _>(variants).unwrap_or_else(variants))
}

/// The type of an enum with data.
pub fn union_type<T: 'static>(variants: fn() -> Vec<UnionVariant>) -> LiteralType {
    while_open::<T, _>(variants).map_or(LiteralType::AnyStruct, union_of)
}

fn union_of(variants: Vec<UnionVariant>) -> LiteralType {
    let variants = variants
        .into_iter()
        .flat_map(|variant| match variant.literal_type {
            LiteralType::Union(inner) => inner,
            _ => vec![variant],
        });
    LiteralType::Union(variants.collect())
}

/// The index of the variant to which a literal belongs, and its value: by the tag, and by the type if tags are equal. A
/// value without a tag, such as the field of a struct, belongs to the only variant of its kind.
///
/// # Errors
///
/// When no variant matches, or several do.
pub fn from_union(
    name: &'static str,
    variants: &[UnionVariant],
    literal: Literal,
) -> Result<(usize, Literal), TypeError> {
    let LiteralValue::Union { variant, .. } = &literal.value else {
        return bare(name, variants, literal);
    };
    let holds = |place: &UnionVariant| match &place.literal_type {
        LiteralType::Union(inner) => inner.iter().any(|inner| tagged(inner, variant)),
        _ => tagged(place, variant),
    };
    let places: Vec<usize> = (0..variants.len())
        .filter(|&place| holds(&variants[place]))
        .collect();
    let place = match places.as_slice() {
        [] => {
            return Err(TypeError::mismatch(
                union_of(variants.to_vec()),
                format!("a value with the tag `{}`", variant.tag),
            ));
        }
        [place] => *place,
        several => {
            let same =
                |&&place: &&usize| same_type(&variants[place].literal_type, &variant.literal_type);
            match several.iter().filter(same).collect::<Vec<_>>().as_slice() {
                [place] => **place,
                _ => {
                    let several = several.iter().map(|&place| &variants[place]).collect();
                    return Err(ambiguous(name, literal.kind(), several));
                }
            }
        }
    };
    match (&variants[place].literal_type, literal.value) {
        (LiteralType::Union(_), value) => Ok((place, value.into())),
        (_, LiteralValue::Union { value, .. }) => Ok((place, *value)),
        (_, value) => Ok((place, value.into())),
    }
}

fn tagged(place: &UnionVariant, variant: &UnionVariant) -> bool {
    match variant.tag.as_str() {
        "" => same_type(&place.literal_type, &variant.literal_type),
        tag => place.tag == tag,
    }
}

fn alike(left: &UnionVariant, right: &UnionVariant) -> bool {
    left.tag == right.tag && same_type(&left.literal_type, &right.literal_type)
}

fn bare(
    name: &'static str,
    variants: &[UnionVariant],
    literal: Literal,
) -> Result<(usize, Literal), TypeError> {
    let value = literal.clone().into_plain()?;
    for &likeness in LIKENESSES {
        let fitting: Vec<usize> = (0..variants.len())
            .filter(|&place| fits(&variants[place].literal_type, &value, likeness))
            .collect();
        match fitting.as_slice() {
            [] => {}
            [place] => return Ok((*place, literal)),
            several => {
                let several = several.iter().map(|&place| &variants[place]).collect();
                return Err(ambiguous(name, literal.kind(), several));
            }
        }
    }
    Err(TypeError::mismatch(
        union_of(variants.to_vec()),
        literal.kind(),
    ))
}

/// Refuses the value of a variant if, without a tag in the field of a struct, it would be read as another variant.
///
/// # Errors
///
/// When another variant would be read.
pub(crate) fn check_untagged(
    variants: &[UnionVariant],
    variant: &UnionVariant,
    bytes: &[u8],
) -> Result<(), TypeError> {
    let value = Literal::msgpack(bytes.to_vec()).into_plain()?;
    let is_none = |place: &UnionVariant| place.literal_type == LiteralType::None;
    if value == LiteralValue::None && variants.iter().any(is_none) {
        // Readers check for an absent value first.
        return match is_none(variant) {
            true => Ok(()),
            false => Err(untagged(value, variant, "nothing".to_owned())),
        };
    }
    if matches!(variants, [_, none] if is_none(none)) {
        return Ok(());
    }
    for &likeness in LIKENESSES {
        let fitting: Vec<_> = variants
            .iter()
            .filter(|place| fits(&place.literal_type, &value, likeness))
            .collect();
        let other = match fitting.as_slice() {
            [] => continue,
            [only] if alike(only, variant) => return Ok(()),
            [only] => only.literal_type.to_string(),
            several => {
                let several = several.iter().map(|place| place.literal_type.to_string());
                several.collect::<Vec<_>>().join(" or ")
            }
        };
        return Err(untagged(value, variant, other));
    }
    // No variant can be recognised from the kind of value alone: the reader reports the error.
    Ok(())
}

/// Writes the value of the variant at an index into the field of a struct.
///
/// # Errors
///
/// When another variant would be read, because a field has no tag.
pub fn write_untagged(
    variants: &[UnionVariant],
    place: usize,
    bytes: &[u8],
    writer: &mut MsgpackWriter,
) -> Result<(), TypeError> {
    check_untagged(variants, &variants[place], bytes)?;
    writer.raw(bytes);
    Ok(())
}

/// An absent value in the field of a struct.
///
/// # Errors
///
/// Never.
pub fn nil() -> Result<Vec<u8>, TypeError> {
    let mut writer = MsgpackWriter::new();
    writer.nil();
    writer.finish()
}

fn untagged(value: LiteralValue, variant: &UnionVariant, other: String) -> TypeError {
    TypeError::Untagged {
        value: Literal::from(value).kind(),
        variant: match variant.name {
            "" => variant.literal_type.to_string().into(),
            name => name.into(),
        },
        other: other.into(),
    }
}

/// The variant of a value without a tag, as in the field of a struct, if only one variant has its kind.
pub(crate) fn untagged_variant<'v>(
    variants: &'v [UnionVariant],
    value: &LiteralValue,
) -> Option<&'v UnionVariant> {
    if *value == LiteralValue::None {
        let mut none = variants.iter();
        return none.find(|variant| variant.literal_type == LiteralType::None);
    }
    if let [some, none] = variants
        && none.literal_type == LiteralType::None
    {
        return Some(some);
    }
    LIKENESSES.iter().find_map(|&likeness| {
        let mut fitting = variants
            .iter()
            .filter(|place| fits(&place.literal_type, value, likeness));
        let only = fitting.next()?;
        fitting.next().is_none().then_some(only)
    })
}

/// The variant with the tag of a value.
pub(crate) fn tagged_variant<'v>(
    variants: &'v [UnionVariant],
    tag: &UnionVariant,
) -> Option<&'v UnionVariant> {
    let of_tag = || variants.iter().filter(|variant| tagged(variant, tag));
    let mut same = of_tag().filter(|variant| same_type(&variant.literal_type, &tag.literal_type));
    same.next().or_else(|| of_tag().next())
}

/// How closely a value must match a type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Likeness {
    /// It has the type's kind.
    Exact,
    /// Or it can be converted, such as an integer to a float.
    Converted,
    /// Or it is a float that a client made of an integer.
    Whole,
}

/// The tests for a value without a tag, in order: a later test applies only if no variant passes an earlier one.
const LIKENESSES: &[Likeness] = &[Likeness::Exact, Likeness::Converted, Likeness::Whole];

/// Whether a value has the kind of a type, as far as can be seen without reading it.
fn fits(literal_type: &LiteralType, value: &LiteralValue, likeness: Likeness) -> bool {
    let strict = likeness == Likeness::Exact;
    match (literal_type.plain(), value) {
        (LiteralType::None, LiteralValue::None)
        | (LiteralType::Integer, LiteralValue::Integer(_))
        | (LiteralType::Float, LiteralValue::Float(_))
        | (LiteralType::String, LiteralValue::String(_))
        | (LiteralType::Boolean, LiteralValue::Boolean(_))
        | (LiteralType::Datetime | LiteralType::Date, LiteralValue::Datetime { .. })
        | (LiteralType::Duration, LiteralValue::Duration { .. })
        | (LiteralType::Binary, LiteralValue::Binary { .. })
        | (LiteralType::Error, LiteralValue::Error(_))
        | (LiteralType::StructuredDataset(_), LiteralValue::StructuredDataset(_))
        | (LiteralType::Schema(_), LiteralValue::Schema(_))
        | (LiteralType::Collection(_), LiteralValue::Collection(_))
        | (LiteralType::AnyStruct, LiteralValue::Msgpack(_) | LiteralValue::Generic(_)) => true,
        (LiteralType::Integer, LiteralValue::Float(float)) => {
            likeness == Likeness::Whole && whole(*float).is_some()
        }
        (LiteralType::Float | LiteralType::Duration, LiteralValue::Integer(_))
        | (LiteralType::Duration, LiteralValue::Float(_))
        | (LiteralType::AnyStruct, LiteralValue::Map(_)) => !strict,
        (LiteralType::Datetime, LiteralValue::String(text)) => {
            !strict && super::time::from_iso(text).is_ok()
        }
        (LiteralType::Date, LiteralValue::String(text)) => {
            !strict && super::time::from_date(text).is_ok()
        }
        (LiteralType::Duration, LiteralValue::String(text)) => {
            !strict && super::time::from_duration_text(text).is_ok()
        }
        (LiteralType::Enum(values), LiteralValue::String(text)) => values.value_of(text).is_some(),
        (LiteralType::Blob(expected), LiteralValue::Blob(found)) => {
            expected.dimensionality == found.blob_type.dimensionality
        }
        (LiteralType::Blob(_), LiteralValue::Map(fields)) => fields.contains_key("path"),
        (LiteralType::StructuredDataset(_), LiteralValue::Map(fields)) => {
            fields.contains_key("uri")
        }
        (LiteralType::Struct(structure), LiteralValue::Map(fields)) => {
            has_fields(structure, |name| fields.contains_key(name), fields.keys())
        }
        (LiteralType::Struct(structure), LiteralValue::Generic(fields)) => {
            has_fields(structure, |name| fields.contains_key(name), fields.keys())
        }
        (LiteralType::Map(element), LiteralValue::Map(items)) => {
            let plain = |item: &Literal| item.clone().into_plain().ok();
            let mut items = items.values().map(plain);
            items.all(|item| item.is_some_and(|item| fits(element, &item, likeness)))
        }
        (LiteralType::Union(variants), value) => variants
            .iter()
            .any(|variant| fits(&variant.literal_type, value, likeness)),
        _ => false,
    }
}

fn has_fields<'a>(
    structure: &StructType,
    has: impl Fn(&str) -> bool,
    mut found: impl Iterator<Item = &'a String>,
) -> bool {
    let known = |name: &String| structure.fields.iter().any(|field| field.is_called(name));
    structure.fields.iter().all(|field| {
        !field.required
            || field.literal_type.accepts_none()
            || has(&field.name)
            || field.aliases.iter().any(|alias| has(alias))
    }) && found.all(known)
}

fn ambiguous(name: &'static str, found: &'static str, variants: Vec<&UnionVariant>) -> TypeError {
    let variants: Vec<String> = variants
        .iter()
        .map(|variant| format!("{} (tag `{}`)", variant.literal_type, variant.tag))
        .collect();
    TypeError::Ambiguous {
        union: name,
        found,
        variants: variants.join(", "),
    }
}
