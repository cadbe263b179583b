//! Reads the fields of a struct in Flyte's form.

use super::{
    Literal, LiteralType, LiteralValue, MsgpackWriter, StructType, TypeError,
    read::{Fit, fitted, unknown},
    time, unions,
    written::Written,
};

/// Up to this many fields are sorted without allocation.
const FEW: usize = 16;

/// The struct for an object; the struct itself checks for missing fields when it is read.
pub(super) fn fields(
    object: &[(String, Written)],
    structure: &StructType,
) -> Result<(Literal, Fit), TypeError> {
    let mut writer = MsgpackWriter::new();
    let fit = write_fields(object, structure, &mut writer)?;
    Ok((Literal::msgpack(writer.finish()?), fit))
}

/// Writes the fields that are present, in the order of the struct.
fn write_fields(
    object: &[(String, Written)],
    structure: &StructType,
    writer: &mut MsgpackWriter,
) -> Result<Fit, TypeError> {
    let (mut few, mut many) = ([None; FEW], Vec::new());
    let given: &mut [Option<&Written>] = match few.get_mut(..structure.fields.len()) {
        Some(few) => few,
        None => {
            many.resize(structure.fields.len(), None);
            &mut many
        }
    };
    for (name, written) in object {
        let place = structure
            .fields
            .iter()
            .position(|field| field.is_called(name));
        let Some(place) = place else {
            let known = structure.fields.iter().map(|field| field.name.as_str());
            return Err(unknown(&structure.name, known, name));
        };
        if given[place].replace(written).is_some() {
            return Err(TypeError::Malformed {
                what: structure.name.clone(),
                reason: format!(
                    "the field `{}` is there twice",
                    structure.fields[place].name
                ),
            });
        }
    }
    let mut worst = Fit::Exact;
    // Each name occurs once, so this is the number of fields.
    writer.map(object.len());
    for (field, written) in structure.fields.iter().zip(given) {
        let Some(written) = *written else { continue };
        writer.string(&field.name);
        let fit = write_written(written, &field.literal_type, writer);
        worst = worst.max(fit.map_err(|error| error.at(format!(".{}", field.name)))?);
    }
    Ok(worst)
}

/// Writes a value as the field of a struct, and returns how well it fits.
///
/// Common types are written directly. The others are read first, as anywhere else; the result is the same.
fn write_written(
    written: &Written,
    literal_type: &LiteralType,
    writer: &mut MsgpackWriter,
) -> Result<Fit, TypeError> {
    let mut worst = Fit::Exact;
    match (literal_type.plain(), written) {
        (LiteralType::Integer, Written::Integer(value)) if i64::try_from(*value).is_ok() => {
            writer.integer(*value as i64);
        }
        (LiteralType::Float, Written::Float(value)) => writer.float(*value),
        (LiteralType::String, Written::Text(text)) => writer.string(text),
        (LiteralType::Boolean, Written::Boolean(value)) => writer.boolean(*value),
        (LiteralType::Struct(structure), Written::Object(object)) => {
            return write_fields(object, structure, writer);
        }
        (LiteralType::Collection(element), Written::List(items)) => {
            writer.array(items.len());
            for (index, item) in items.iter().enumerate() {
                let fit = write_written(item, element, writer);
                worst = worst.max(fit.map_err(|error| error.at(format!("[{index}]")))?);
            }
        }
        // The keys of a literal are sorted.
        (LiteralType::Map(element), Written::Object(object))
            if object.is_sorted_by(|(before, _), (after, _)| before < after) =>
        {
            writer.map(object.len());
            for (key, item) in object {
                writer.string(key);
                let fit = write_written(item, element, writer);
                worst = worst.max(fit.map_err(|error| error.at(format!("[{key:?}]")))?);
            }
        }
        _ => {
            let (literal, fit) = fitted(written, literal_type)?;
            write(&literal, literal_type, writer)?;
            worst = fit;
        }
    }
    Ok(worst)
}

/// Writes a literal as the field of a struct, where a date is its day and a union has no tag.
fn write(
    literal: &Literal,
    literal_type: &LiteralType,
    writer: &mut MsgpackWriter,
) -> Result<(), TypeError> {
    match (literal_type.plain(), &literal.value) {
        (LiteralType::Date, LiteralValue::Datetime { seconds, nanos }) => {
            writer.string(&time::to_date(*seconds, *nanos)?);
            Ok(())
        }
        (LiteralType::Collection(element), LiteralValue::Collection(items)) => {
            writer.array(items.len());
            for (index, item) in items.iter().enumerate() {
                write(item, element, writer).map_err(|e| e.at(format!("[{index}]")))?;
            }
            Ok(())
        }
        (LiteralType::Map(element), LiteralValue::Map(items)) => {
            writer.map(items.len());
            for (key, item) in items {
                writer.string(key);
                write(item, element, writer).map_err(|e| e.at(format!("[{key:?}]")))?;
            }
            Ok(())
        }
        (LiteralType::Union(variants), LiteralValue::Union { variant, value }) => {
            let mut own = MsgpackWriter::new();
            write(value, &variant.literal_type, &mut own)?;
            let bytes = own.finish()?;
            unions::check_untagged(variants, variant, &bytes)?;
            writer.raw(&bytes);
            Ok(())
        }
        _ => writer.literal(literal),
    }
}
