// Package azure has the name of a kind of store.
package azure

// Kind is the name.
const Kind = "azure"
