//! Values by type, in an immutable chain.

use std::{any::Any, fmt, sync::Arc};

/// An immutable chain of values, found by type. Cloning increments a reference count.
#[derive(Clone, Default)]
pub struct Chain {
    innermost: Option<Arc<Link<dyn Any + Send + Sync>>>,
}

struct Link<T: ?Sized> {
    outer: Chain,
    type_name: &'static str,
    value: T,
}

impl Chain {
    /// The innermost value of a type.
    #[inline]
    pub fn get<T: Any>(&self) -> Option<&T> {
        let mut link = self.innermost.as_deref();
        while let Some(Link { outer, value, .. }) = link {
            if let Some(found) = value.downcast_ref() {
                return Some(found);
            }
            link = outer.innermost.as_deref();
        }
        None
    }

    /// Mutable access to the value of a type, if it is the innermost one and this chain is not shared.
    #[inline]
    pub fn get_mut<T: Any>(&mut self) -> Option<&mut T> {
        let link = Arc::get_mut(self.innermost.as_mut()?)?;
        link.value.downcast_mut()
    }

    /// The chain with one more value, which replaces the innermost if that has the same type.
    #[must_use]
    pub fn with<T: Any + Send + Sync>(&self, value: T) -> Self {
        let outer = match &self.innermost {
            Some(link) if link.value.is::<T>() => link.outer.clone(),
            _ => self.clone(),
        };
        let type_name = std::any::type_name::<T>();
        Self {
            innermost: Some(Arc::new(Link {
                outer,
                type_name,
                value,
            })),
        }
    }
}

/// The types of the values, innermost first.
impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = f.debug_list();
        let mut link = self.innermost.as_deref();
        while let Some(Link {
            outer, type_name, ..
        }) = link
        {
            list.entry(type_name);
            link = outer.innermost.as_deref();
        }
        list.finish()
    }
}

// Drops one link at a time: a long chain must not overflow a thread's stack.
impl Drop for Chain {
    fn drop(&mut self) {
        let mut next = self.innermost.take();
        while let Some(mut link) = next {
            next = Arc::get_mut(&mut link).and_then(|link| link.outer.innermost.take());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_value_of_a_type_is_found() {
        let outer = Chain::default().with(1_i32).with("text");
        let inner = outer.with(2_i32);
        assert_eq!(inner.get::<i32>(), Some(&2));
        assert_eq!(inner.get::<&str>(), Some(&"text"));
        assert_eq!(outer.get::<i32>(), Some(&1));
        assert_eq!(inner.get::<u8>(), None);
        assert_eq!(format!("{inner:?}"), r#"["i32", "&str", "i32"]"#);
    }

    #[test]
    fn a_value_of_the_same_type_takes_the_place_of_the_innermost() {
        let chain = Chain::default().with("text").with(1_i32).with(2_i32);
        assert_eq!(format!("{chain:?}"), r#"["i32", "&str"]"#);
        assert_eq!(chain.get::<i32>(), Some(&2));
    }

    #[test]
    fn only_what_is_shared_with_no_other_chain_is_changed_in_place() {
        let mut chain = Chain::default().with(1_i32);
        *chain.get_mut::<i32>().expect("it is not shared") = 2;
        let other = chain.clone();
        assert_eq!(chain.get_mut::<i32>(), None);
        assert_eq!(other.get::<i32>(), Some(&2));
    }

    #[test]
    fn a_long_chain_is_dropped_without_recursion() {
        let mut chain = Chain::default();
        for number in 0..200_000_i32 {
            chain = match number % 2 {
                0 => chain.with(number),
                _ => chain.with(i64::from(number)),
            };
        }
        drop(chain);
    }
}
