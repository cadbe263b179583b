// Package local has the name of a kind of store.
package local

// Kind is the name.
const Kind = "local"
