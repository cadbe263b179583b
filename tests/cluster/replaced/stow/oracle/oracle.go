// Package oracle has the name of a kind of store.
package oracle

// Kind is the name.
const Kind = "oracle"
