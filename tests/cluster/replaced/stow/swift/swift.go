// Package swift has the name of a kind of store.
package swift

// Kind is the name.
const Kind = "swift"
