// Package google has the name of a kind of store.
package google

// Kind is the name.
const Kind = "google"
