//! The chapter "Embedding the kernel" of the book, whose program is compiled and run here as a reader would.

#[cfg(doctest)]
#[doc = include_str!("../../../docs/embedding.md")]
struct Chapter;
